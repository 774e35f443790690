// Saves the page of questions at every change and shows follow-up questions in place. What cannot be
// sent is kept in the browser and goes out when the line is back, also after the page was closed.
// Everything works without it: the page is saved when a button is pressed.
(() => {
  const about = document.getElementById("unsent"); // names the response, and says what to say about answers that wait
  const form = document.getElementById("answers");
  document.getElementById("errors")?.focus();
  if (!about) return;

  // Answers that wait, by the address that they are to be sent to, with the time when they were typed.
  let store = {}; // a browser that keeps nothing still has the page itself
  try { store = localStorage ?? store; } catch { /* as above */ }
  const prefix = "unsent:", month = 30 * 24 * 3600 * 1000;
  const waiting = {
    get: (path) => store[prefix + path]?.replace(/^\d+ /, ""),
    put: (path, body) => { try { store[prefix + path] = Date.now() + " " + body; } catch { /* full: see kept */ } },
    // Not when more was typed meanwhile, here or in another tab.
    drop: (path, body) => { if (waiting.get(path) === body) delete store[prefix + path]; },
    kept: (path, body) => "setItem" in store && waiting.get(path) === body,
    paths: (response) => Object.keys(store).filter((key) => key.startsWith(prefix + response + "/")).map((key) => key.slice(prefix.length)),
  };
  for (const key of Object.keys(store)) {
    if (key.startsWith(prefix) && !(Date.now() - parseInt(store[key]) < month)) delete store[key]; // the survey is over
  }
  const mine = () => waiting.paths(about.dataset.response);
  if (about.dataset.done !== undefined) {
    for (const path of mine()) delete store[prefix + path];
    return;
  }

  const here = form && form.getAttribute("action") + "/save";
  const typed = () => new URLSearchParams(new FormData(form)).toString();

  // send answers with the reply, or with undefined when nobody answers.
  const send = async (path, body) => {
    try {
      const answer = await fetch(path, {
        method: "POST", body: new URLSearchParams(body),
        keepalive: body.length < 60000, // browsers refuse more; a page that is closed now still sends it
        signal: AbortSignal.timeout?.(20000),
      });
      if (answer.status >= 500 || answer.status === 429) return undefined;
      const json = answer.headers.get("Content-Type")?.includes("json");
      if (answer.ok && !json) return undefined; // the page of a network that wants a login first
      return { ok: answer.ok, reply: json ? await answer.json() : {} };
    } catch { return undefined; }
  };

  // What waits from other pages goes out first. What the server does not take as it is (because another
  // device answered the same) is left to its own page, where the person sees both and chooses.
  const flush = async () => {
    let left = "", sent = false;
    for (const path of mine()) {
      if (path === here) continue;
      const body = waiting.get(path);
      const answer = await send(path, body);
      if (answer?.ok) sent = true;
      if (answer?.ok && !answer.reply.unsaved) waiting.drop(path, body); else left = path;
    }
    if (sent && !left && !form) location.reload(); // the review shows what is stored now
    about.hidden = left === "";
    if (left) about.querySelector("a").href = left.replace(/\/save$/, "");
  };
  flush();
  addEventListener("online", flush);
  if (!form) return;
  if (!form.dataset.save) { // the person sees two answers and chooses: nothing is sent before that
    form.addEventListener("submit", () => waiting.put(here, typed()));
    return;
  }

  const state = document.getElementById("saved");
  // dirty: the server has not acknowledged what stands on the page.
  let dirty = false, busy = false, again = false, unreached = false, pressed = null, timer;

  const say = (text, well) => {
    if (state.textContent !== text) state.textContent = text; // a screen reader hears what is new
    state.classList.toggle("waits", !well);
  };

  const reveal = (ids) => {
    for (const q of form.querySelectorAll("fieldset.q")) q.hidden = !ids.includes(q.id.slice(0, -2));
  };

  const save = async () => {
    clearTimeout(timer);
    if (busy) { again = true; return; }
    busy = true; again = false;
    say(state.dataset.saving, true);
    const body = typed();
    waiting.put(here, body); // before it is sent: the page may be closed at any moment
    const answer = await send(here, body);
    unreached = answer === undefined;
    if (answer?.ok) {
      waiting.drop(here, body);
      const r = answer.reply;
      dirty = again || r.unsaved;
      form.elements.revision.value = r.revision;
      form.elements.base.value = r.base;
      form.elements.shown.value = r.visible.join(" ");
      reveal(r.visible);
      say((r.unsaved ? "" : "✓ ") + r.saved, !r.unsaved);
    } else if (unreached) {
      say(waiting.kept(here, body) ? state.dataset.offline : state.dataset.unkept, false);
      timer = setTimeout(save, 15000);
    } else {
      say(answer.reply.text ?? state.dataset.failed, false);
    }
    busy = false;
    if (again) return save();
    const button = pressed;
    pressed = null;
    if (button && !unreached) leave(button);
  };

  // A button that is pressed during a save waits for it: its revision is needed. Without a line the page
  // stays, since what follows it cannot be fetched.
  let leaving = false;
  const leave = (button) => { leaving = true; form.requestSubmit(button); };
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (leaving || (!busy && !unreached && navigator.onLine)) {
      leaving = false;
      if (dirty) waiting.put(here, typed());
      return;
    }
    event.preventDefault();
    pressed = event.submitter;
    if (!busy) save();
  });

  // What stands for itself ("none of these", "don't know") clears the rest, and the other way round,
  // so that the page shows what is stored.
  const settle = (field) => {
    const words = field.closest("fieldset.q")?.querySelector("[data-chooses]"); // beside "another"
    if (words && field.type === "radio" && field.id !== words.dataset.chooses) words.value = "";
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

  // ranking puts buttons in the place of a ranking's lists to choose from, which stay what is sent.
  const ranking = (box) => {
    const lists = [...box.querySelectorAll("select")], words = box.dataset;
    const label = new Map([...lists[0].options].filter((o) => o.value).map((o) => [o.value, o.text]));
    const order = document.createElement("ul"), news = document.createElement("p");
    order.className = "order";
    news.className = "visually-hidden";
    news.setAttribute("aria-live", "polite");
    for (const list of lists) list.closest(".rank").hidden = true;
    box.append(order, news);
    const ranked = () => lists.map((list) => list.value).filter((code) => code);
    const tell = (text, code, place) => {
      news.textContent = text.replace("{text}", label.get(code)).replace("{place}", place).replace("{places}", lists.length);
    };
    const button = (sign, name, code, act, idle) => {
      const b = document.createElement("button");
      b.type = "button";
      b.dataset.act = act;
      b.value = code;
      b.textContent = sign;
      b.setAttribute("aria-label", name + ": " + label.get(code));
      if (idle) b.setAttribute("aria-disabled", "true");
      return b;
    };
    let drawn; // buttons that are pressed at this moment must stay where they are
    const draw = () => {
      const chosen = ranked();
      if (drawn === chosen.join()) return;
      drawn = chosen.join();
      order.replaceChildren(...[...chosen, ...[...label.keys()].filter((code) => !chosen.includes(code))].map((code) => {
        const item = document.createElement("li"), place = chosen.indexOf(code);
        const number = document.createElement("span"), text = document.createElement("span");
        number.className = "place";
        text.className = "what";
        text.textContent = label.get(code);
        if (place >= 0) number.textContent = place + 1 + ".";
        item.append(number, text);
        if (place < 0) item.append(button(words.add, words.add, code, "add", chosen.length === lists.length));
        else {
          const moves = document.createElement("span");
          item.className = "ranked";
          moves.className = "moves";
          item.append(moves);
          moves.append(button("↑", words.up, code, "up", place === 0), button("↓", words.down, code, "down", place === chosen.length - 1),
            button("×", words.remove, code, "remove"));
        }
        return item;
      }));
    };
    order.addEventListener("click", (event) => {
      const b = event.target.closest("button");
      if (!b) return;
      const code = b.value, act = b.dataset.act, was = ranked(), now = [...was], at = was.indexOf(code);
      const next = [...order.querySelectorAll("[data-act=add]")]; // where the focus goes when the button pressed is gone
      const after = act === "add" ? next[next.indexOf(b) + 1]?.value ?? next[next.indexOf(b) - 1]?.value : undefined;
      if (act === "add" && was.length < lists.length) now.push(code);
      if (act === "remove") now.splice(at, 1);
      const to = act === "up" ? at - 1 : at + 1;
      if ((act === "up" || act === "down") && to >= 0 && to < was.length) [now[at], now[to]] = [now[to], now[at]];
      const place = now.indexOf(code) + 1;
      if (act === "add" && !place) tell(words.full, code, 0);
      else tell(place ? words.placed : words.removed, code, place);
      if (now.join() === was.join()) return;
      lists.forEach((list, i) => { list.value = now[i] ?? ""; });
      lists[0].dispatchEvent(new Event("change", { bubbles: true })); // which draws it anew
      const find = (value, what) => order.querySelector(`button[value="${value}"][data-act="${what}"]`);
      if (act === "add") (find(after, "add") ?? find(code, "up")).focus();
      else find(code, act === "remove" ? "add" : act).focus();
    });
    draw();
    return draw;
  };
  const draws = [...form.querySelectorAll("fieldset.q:not(.bad) .ranking")].map(ranking);

  // What was typed here and never arrived stands in the fields again, with the revision that it was
  // typed on, so that it never writes over what another device has stored meanwhile. A field to write
  // in may share its name with boxes, and comes before them.
  const restore = (body) => {
    const values = {};
    for (const [name, value] of new URLSearchParams(body)) (values[name] ??= []).push(value);
    for (const field of form.elements) {
      if (!field.name || field.type === "submit" || field.name === "from" || field.name === "lang") continue;
      if (field.type === "checkbox" || field.type === "radio") field.checked = values[field.name]?.includes(field.value) ?? false;
      else field.value = values[field.name]?.shift() ?? "";
    }
    reveal(form.elements.shown.value.split(" "));
    for (const draw of draws) draw();
    dirty = true;
    save();
  };
  const unsent = waiting.get(here);
  if (unsent !== undefined) restore(unsent);
  addEventListener("online", () => { if (dirty) save(); });

  form.addEventListener("input", (event) => {
    const { chooses } = event.target.dataset;
    if (chooses && event.target.value.trim()) document.getElementById(chooses).checked = true;
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(save, 800);
  });
  form.addEventListener("change", (event) => {
    dirty = true;
    settle(event.target);
    for (const draw of draws) draw();
    save();
  });
  // Phones close pages that are out of sight without a word.
  document.addEventListener("visibilitychange", () => { if (dirty && !busy && document.hidden) save(); });
  addEventListener("pagehide", () => { if (dirty) waiting.put(here, typed()); });
})();
