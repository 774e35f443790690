// Saves the page of questions at every change and shows follow-up questions in
// place. Everything works without it: the page is saved when a button is pressed.
(() => {
  const form = document.getElementById("answers");
  if (!form) return;
  const errors = document.getElementById("errors");
  if (errors) errors.focus();
  if (!form.dataset.save) return;
  const state = document.getElementById("saved");
  let busy = false, again = false, pressed = null, timer;

  const apply = (r) => {
    form.elements.revision.value = r.revision;
    form.elements.base.value = r.base;
    form.elements.shown.value = r.visible.join(" ");
    for (const q of form.querySelectorAll("fieldset.q")) {
      q.hidden = !r.visible.includes(q.id.slice(0, -2));
    }
    state.textContent = "✓ " + r.saved;
  };

  const save = async () => {
    if (busy) { again = true; return; }
    busy = true; again = false;
    state.textContent = state.dataset.saving;
    try {
      const answer = await fetch(form.dataset.save, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (!answer.ok) throw new Error(answer.status);
      apply(await answer.json());
    } catch {
      state.textContent = state.dataset.failed;
    }
    busy = false;
    if (pressed) form.requestSubmit(pressed);
    else if (again) save();
  };

  // What stands for itself ("none of these", "don't know") clears the rest, and the other way round,
  // so that the page shows what is stored.
  const settle = (field) => {
    const rest = field.closest("fieldset.q")?.querySelectorAll("input, select, textarea") ?? [];
    const alone = field.dataset.alone !== undefined;
    if (alone && !field.checked) return;
    for (const other of rest) {
      if (other === field) continue;
      if (alone || other.dataset.alone !== undefined) {
        if (other.type === "checkbox") other.checked = false;
        else if (alone) other.value = "";
      }
    }
  };

  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, 800); });
  form.addEventListener("change", (event) => { clearTimeout(timer); settle(event.target); save(); });
  // A button pressed during a save waits for it: its revision is needed.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!busy) return;
    event.preventDefault();
    pressed = event.submitter;
  });
})();
