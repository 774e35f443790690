// Shows a chapter's words as they are printed, while they are written. Without it, the button does the same.
(() => {
  const words = document.getElementById("words"), preview = document.getElementById("preview"), state = document.getElementById("preview-state");
  if (!words || !preview || !state) return;
  let timer, asking;
  // What is said is said once: a reader of the screen hears it when it changes, not at every word.
  const say = (text, wrong) => {
    if (state.textContent !== text) state.textContent = text;
    state.classList.toggle("field-error", wrong);
    preview.classList.toggle("behind", wrong);
  };
  const follow = async () => {
    asking?.abort();
    const mine = asking = new AbortController();
    const fields = new URLSearchParams(new FormData(words.form));
    fields.set("then", "preview");
    try {
      const answer = await fetch(words.form.action, { method: "POST", body: fields, signal: mine.signal });
      if (answer.redirected || ![200, 422].includes(answer.status)) throw new Error(answer.statusText);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (mine.signal.aborted) return;
      const wrong = page.getElementById("words-error"), next = page.getElementById("preview");
      if (wrong || !next) return say(wrong?.textContent ?? state.dataset.lost, true);
      preview.replaceChildren(...next.childNodes);
      say(state.dataset.follows, false);
    } catch (e) {
      if (e.name !== "AbortError") say(state.dataset.lost, true);
    }
  };
  words.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(follow, 500); });
  state.textContent = state.dataset.follows;
})();
