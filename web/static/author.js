// The editor of a questionnaire without waiting for pages: what is typed is saved at every change, the
// outline and the preview follow, and questions can be dragged. Without it, the buttons do the same.
(() => {
  const state = document.getElementById("saved");
  const form = document.querySelector("form[data-autosave]");
  const table = form?.querySelector("[data-lines]");
  let busy = false, again = false, leaving = null;

  // What a save changed elsewhere on the page comes from the page itself, as anybody would get it.
  const follow = async () => {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["outline", "preview", "findings"]) {
      const now = document.getElementById(id), next = page.getElementById(id);
      if (now && next && !now.contains(document.activeElement)) now.replaceWith(next);
    }
    drag();
  };

  // New lines get their codes, so that the next save does not add them once more.
  const number = (r) => {
    if (!table) return;
    const given = table.dataset.lines === "rows" ? r.rows : r.codes;
    const filled = [...table.querySelectorAll(".option")].filter((line) =>
      [...line.querySelectorAll("input[lang]")].some((field) => field.value.trim() !== ""));
    filled.forEach((line, i) => {
      line.querySelector("input[type=hidden]").value = given[i] ?? "";
      line.querySelector(".code").textContent = given[i] ?? "+";
    });
  };

  const save = async () => {
    if (busy) { again = true; return; }
    busy = true; again = false;
    state.textContent = state.dataset.saving;
    try {
      const answer = await fetch(form.action, {
        method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(new FormData(form)),
      });
      const r = await answer.json();
      if (answer.ok) {
        form.elements.revision.value = r.revision;
        number(r);
        state.textContent = "✓ " + r.saved;
        await follow();
      } else if (answer.status === 409) {
        leaving = leaving ?? form; // the page shows both texts
      } else {
        state.textContent = r.message ?? state.dataset.failed;
      }
    } catch {
      state.textContent = state.dataset.failed;
    }
    busy = false;
    if (leaving) { const button = leaving === form ? undefined : leaving; leaving = null; form.requestSubmit(button); }
    else if (again) save();
  };

  if (form) {
    form.addEventListener("change", (event) => {
      if (event.target.dataset.structure !== undefined) form.requestSubmit();
      else save();
    });
    form.addEventListener("submit", (event) => {
      if (!busy) return;
      event.preventDefault();
      leaving = event.submitter ?? form;
    });
    form.addEventListener("click", (event) => {
      if (event.target.dataset.add === undefined) return;
      event.preventDefault();
      const lines = table.querySelectorAll(".option"), last = lines[lines.length - 1];
      const line = last.cloneNode(true);
      for (const field of line.querySelectorAll("[name]")) {
        field.name = field.name.replace(/\.\d+\./, `.${lines.length}.`);
        if (field.type === "checkbox") field.checked = field.name.endsWith(".groups");
        else if (field.tagName === "INPUT") field.value = "";
        else if (field.tagName === "SELECT") field.selectedIndex = 0;
        if (field.name === "move") field.value = field.value.replace(/\.\d+:/, `.${lines.length}:`);
      }
      line.querySelector(".code").textContent = "+";
      last.after(line);
      line.querySelector("input[lang]").focus();
    });
  }

  const send = async (path, fields) => {
    await fetch(path, { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(fields) });
    await follow();
  };

  // Dragging is an addition to the arrows: it does what they do.
  const drag = () => {
    let dragged = null;
    for (const line of document.querySelectorAll("#outline [data-question]")) {
      line.draggable = true;
      line.addEventListener("dragstart", () => { dragged = line; line.classList.add("dragged"); });
      line.addEventListener("dragend", () => line.classList.remove("dragged"));
      line.addEventListener("dragover", (event) => { event.preventDefault(); line.classList.add("over"); });
      line.addEventListener("dragleave", () => line.classList.remove("over"));
      line.addEventListener("drop", (event) => {
        event.preventDefault();
        line.classList.remove("over");
        if (!dragged || dragged === line) return;
        const section = line.closest("[data-section]");
        const others = [...section.querySelectorAll("[data-question]")].filter((other) => other !== dragged);
        send(`${location.pathname}/questions/${dragged.dataset.question}/move`,
          { section: section.dataset.section, to: others.indexOf(line) });
      });
    }
  };
  drag();
})();
