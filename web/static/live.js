// Keeps the numbers of a campaign fresh while the page is looked at. Without it, a link counts again.
(() => {
  const section = document.querySelector("[data-live]");
  if (!section) return;
  const wanted = section.querySelector("input[type=checkbox]");
  wanted.closest("[hidden]").hidden = false;

  const refresh = async () => {
    const now = document.getElementById("live");
    if (document.hidden || !wanted.checked || now.contains(document.activeElement)) return;
    try {
      const answer = await fetch(section.dataset.live);
      if (!answer.ok || answer.redirected) return; // signed out, or no line: the last numbers and their time stay
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.getElementById("live");
      if (!next || now.contains(document.activeElement)) return;
      // What the reader has opened stays open.
      const name = (d) => d.querySelector("summary").textContent;
      const opened = new Set([...now.querySelectorAll("details[open]")].map(name));
      next.querySelectorAll("details").forEach((d) => { d.open = opened.has(name(d)); });
      now.replaceWith(next);
    } catch { /* no line: the next time may go better */ }
  };
  setInterval(refresh, 15000);
  document.addEventListener("visibilitychange", refresh);
})();
