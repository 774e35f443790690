// The editor of a questionnaire without waiting for pages: what is typed is saved a moment later, the
// outline, the preview and the findings follow, and questions and parts can be dragged. Without it, the
// buttons do the same.
(() => {
  const $ = (id) => document.getElementById(id);
  const state = $("saved"), { draft, address } = document.querySelector(".editor").dataset;
  let dirty = false, timer, saving = null, known; // known: the form as the server last gave it
  let refused = $("errors") !== null; // what stands in the form is stored nowhere

  const form = () => document.querySelector("form[data-autosave]");
  const say = (text, pending) => { state.textContent = text; state.classList.toggle("pending", !!pending); };
  const content = (f) => {
    if (!f) return "";
    const data = new URLSearchParams(new FormData(f));
    data.delete("revision");
    return data.toString();
  };
  const page = async () => {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  };
  const post = (path, fields) => fetch(path, { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(fields) });

  // What a change did elsewhere on the page comes from the page itself, as anybody would get it.
  const follow = (next) => {
    for (const id of ["outline", "preview", "findings", "minutes", "left", "left-count", "undo", "redo"]) {
      const now = $(id), fresh = next.getElementById(id);
      if (!now || !fresh || now.contains(document.activeElement)) continue;
      const at = now.scrollTop;
      now.replaceWith(fresh);
      fresh.scrollTop = at;
    }
    const fresh = next.querySelector("form[data-autosave]");
    if (fresh?.elements.revision.value === form()?.elements.revision.value) known = content(fresh);
    drag();
  };

  // absorb takes in a page that may hold another's changes of the part at hand.
  const absorb = (next) => {
    const fresh = next.querySelector("form[data-autosave]");
    if (fresh && form() && content(fresh) === known) form().elements.revision.value = fresh.elements.revision.value;
    else reshape(next);
    follow(next);
  };

  // The form with the lines that it now has; the focus stays where it was.
  const reshape = (next, focus) => {
    const at = focus ?? document.activeElement?.name, value = document.activeElement?.value;
    const open = [...document.querySelectorAll("#form details[open] > summary")].map((s) => s.textContent);
    const fresh = next.getElementById("form");
    if (!fresh) return;
    $("form").replaceWith(fresh);
    for (const s of document.querySelectorAll("#form details > summary")) if (open.includes(s.textContent)) s.parentElement.open = true;
    if (!at) return;
    const all = [...form().querySelectorAll(`[name="${CSS.escape(at)}"]`)];
    (all.find((e) => e.value === value && (e.type === "checkbox" || e.type === "radio" || e.type === "submit")) ?? all[0])?.focus();
  };

  // New lines get their codes, so that the next save does not add them once more.
  const number = (r) => {
    const table = form()?.querySelector("[data-lines=options],[data-lines=rows]");
    if (!table) return;
    const given = table.dataset.lines === "rows" ? r.rows : r.codes;
    let n = 0;
    for (const line of table.querySelectorAll(".option")) {
      const filled = [...line.querySelectorAll("input[lang]")].some((field) => field.value.trim() !== "");
      const code = filled ? given[n++] ?? "" : "";
      line.querySelector("input[type=hidden]").value = code;
      line.querySelector(".code").textContent = code === "" ? "+" : code;
      for (const button of line.querySelectorAll("button")) button.disabled = !filled;
    }
  };

  // One thing at a time: what is saved comes back into the form before anything else is sent.
  const alone = async (work) => {
    while (saving) await saving;
    clearTimeout(timer);
    saving = work();
    const done = await saving;
    saving = null;
    return done;
  };

  // store sends the form; true when it is stored. What the server refuses, and what somebody else has
  // changed, is shown by the page itself.
  const store = async (extra) => {
    const f = form();
    if (!f) return true;
    dirty = false;
    say(state.dataset.saving);
    try {
      const fields = new URLSearchParams(new FormData(f));
      for (const [name, value] of Object.entries(extra)) fields.set(name, value);
      const answer = await post(f.action, fields);
      const r = await answer.json();
      if (answer.ok) {
        f.elements.revision.value = r.revision;
        refused = false;
        if (extra.typed) number(r);
        say("✓ " + r.saved);
        return true;
      }
      if (answer.status === 409 || !extra.typed) f.submit();
      else say(r.message ?? state.dataset.failed, true);
    } catch {
      dirty = true;
      say(state.dataset.failed, true);
      timer = setTimeout(type, 5000);
    }
    return false;
  };
  const save = () => alone(() => store({ typed: "1" }));
  const type = async () => {
    if (!await save()) return;
    const next = await page();
    if (!dirty && !saving) follow(next);
  };
  const restructure = (extra, focus) => alone(async () => {
    if (!await store(extra)) return false;
    const next = await page();
    reshape(next, focus);
    follow(next);
    return true;
  });

  document.addEventListener("input", (event) => {
    if (!form()?.contains(event.target) || event.target.dataset.structure !== undefined) return;
    dirty = true;
    say(state.dataset.unsaved, true);
    clearTimeout(timer);
    timer = setTimeout(type, 900);
  });
  document.addEventListener("change", (event) => {
    if (!form()?.contains(event.target)) return;
    if (event.target.dataset.structure !== undefined) restructure({});
    else if (dirty || event.target.type === "checkbox") type();
  });

  // Whatever leads away waits until all is stored.
  document.addEventListener("submit", async (event) => {
    if (!dirty && !saving) return;
    const mine = event.target === form(), button = event.submitter;
    if (mine && !saving) { clearTimeout(timer); dirty = false; return; }
    event.preventDefault();
    if (mine) while (saving) await saving;
    else if (!await save()) return;
    const now = mine ? form() : event.target;
    now.requestSubmit(button?.isConnected ? button : button?.name ? now.querySelector(`[name="${button.name}"][value="${button.value}"]`) : null);
  });
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || link.dataset.discard !== undefined) return;
    if ((!dirty && !saving) || link.getAttribute("href").startsWith("#")) return;
    event.preventDefault();
    if (await save()) location.href = link.href;
  });
  addEventListener("pagehide", () => {
    if (dirty && form()) fetch(form().action, { method: "POST", keepalive: true, headers: { Accept: "application/json" },
      body: new URLSearchParams([...new FormData(form()), ["typed", "1"]]) });
  });

  // Lists of options: moved and removed in place, one more line by Enter, many by pasting.
  const addLine = (last) => {
    const table = last.parentElement, n = table.querySelectorAll(".option").length;
    const line = last.cloneNode(true);
    for (const field of line.querySelectorAll("[name]")) {
      field.name = field.name.replace(/\.\d+\./, `.${n}.`);
      if (field.id) field.id = field.name;
      if (field.type === "checkbox") field.checked = field.name.endsWith(".groups");
      else if (field.tagName === "INPUT") field.value = "";
      else if (field.tagName === "SELECT") field.selectedIndex = 0;
      if (field.tagName === "BUTTON") { field.value = field.value.replace(/\.\d+:/, `.${n}:`); field.disabled = true; }
    }
    const more = line.querySelector("details");
    if (more) more.open = false;
    line.querySelector(".code").textContent = "+";
    table.querySelectorAll(".option")[n - 1].after(line);
    return line;
  };
  const lineAfter = (line) => (line.nextElementSibling?.matches(".option") ? line.nextElementSibling : addLine(line));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button || !form()?.contains(button) || button.name !== "move") return;
    event.preventDefault();
    if (button.dataset.add !== undefined) {
      const lines = button.closest(".lines").querySelectorAll(".option");
      addLine(lines[lines.length - 1]).querySelector("input[lang]").focus();
      return;
    }
    const [, table, n, verb] = button.value.match(/^(\w+)\.(\d+):(\w+)$/);
    const to = verb === "up" ? Math.max(0, +n - 1) : verb === "down" ? +n + 1 : n;
    restructure({ move: button.value }, `${table}.${to}.sv`);
  });
  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key === "Enter" && field.matches?.(".option input[lang]") && !event.isComposing) {
      event.preventDefault();
      lineAfter(field.closest(".option")).querySelector(`input[lang=${field.lang}]`).focus();
    }
    if (event.key === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !field.matches?.("input,textarea,select")) $("undo")?.click();
  });
  document.addEventListener("paste", (event) => {
    const field = event.target, text = event.clipboardData?.getData("text/plain") ?? "";
    const lines = text.split(/\r?\n/).filter((s) => s.trim() !== "");
    if (lines.length < 2 || !field.matches?.(".option input[lang]") || !form()?.contains(field)) return;
    event.preventDefault();
    let line = field.closest(".option");
    lines.forEach((words, i) => {
      if (i > 0) line = lineAfter(line);
      const [first, second] = words.split("\t");
      line.querySelector(`input[lang=${field.lang}]`).value = first.trim();
      if (second && field.lang === "sv") line.querySelector("input[lang=en]").value = second.trim();
    });
    restructure({}, line.querySelector(`input[lang=${field.lang}]`).name);
  });

  // Arrows of the outline, without leaving the place.
  const move = async (path, fields, again) => {
    if (dirty && !await save()) return;
    const answer = await post(path, fields);
    const r = await answer.json();
    if (!answer.ok) { say(r.message ?? state.dataset.failed, true); return; }
    if (r.go) { location.href = r.go; return; }
    document.activeElement?.blur?.();
    absorb(await page());
    say("✓ " + (r.place ?? r.saved));
    if (again) (document.querySelector(`${again}:not([disabled])`) ?? document.querySelector(again.split(" button")[0] + " button:not([disabled])"))?.focus();
  };
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !event.target.matches("#outline .line form")) return;
    event.preventDefault();
    move(event.target.action, { by: event.submitter.value }, `#${CSS.escape(event.target.parentElement.id)} button[value=${event.submitter.value}]`);
  });

  // Dragging is an addition to the arrows: it does what they do.
  let dragged = null;
  const drag = () => {
    for (const e of document.querySelectorAll("#outline [data-question], #outline [data-section] > .line")) e.draggable = true;
  };
  const unmark = () => document.querySelectorAll("#outline .over, #outline .under").forEach((e) => e.classList.remove("over", "under"));
  const target = (event) => {
    const section = event.target.closest?.("#outline [data-section]");
    if (!dragged || !section) return null;
    const mark = dragged.dataset.question ? event.target.closest("[data-question]") ?? section : section;
    const box = mark.getBoundingClientRect();
    return { section, mark, after: event.clientY > box.top + box.height / 2 };
  };
  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("#outline [data-question]") ?? event.target.closest?.("#outline .line")?.closest("[data-section]") ?? null;
    dragged?.classList.add("dragged");
  });
  document.addEventListener("dragend", () => { dragged?.classList.remove("dragged"); dragged = null; unmark(); });
  document.addEventListener("dragover", (event) => {
    const t = target(event);
    if (!t) return;
    event.preventDefault();
    unmark();
    t.mark.classList.add(t.after ? "under" : "over");
  });
  document.addEventListener("drop", (event) => {
    const t = target(event);
    if (!t) return;
    event.preventDefault();
    const place = (list, mark) => { const others = list.filter((e) => e !== dragged); return mark === dragged ? -1 : others.indexOf(mark) + (t.after ? 1 : 0); };
    if (dragged.dataset.question) {
      const list = [...t.section.querySelectorAll("[data-question]")];
      const to = t.mark === t.section ? list.length : place(list, t.mark);
      if (to >= 0) move(`${draft}/questions/${dragged.dataset.question}/move`, { section: t.section.dataset.section, to });
    } else {
      const to = place([...document.querySelectorAll("#outline [data-section]")], t.section);
      if (to >= 0) move(`${draft}/sections/${dragged.dataset.section}/move`, { to });
    }
  });

  // What others do meanwhile: their changes come in where nothing is being written, and else are told of.
  const look = async () => {
    if (document.hidden || dirty || saving || refused || !form()) return;
    const answer = await fetch(draft, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return;
    const r = await answer.json();
    if (String(r.revision) === form().elements.revision.value || dirty || saving) return;
    const next = await page();
    if (dirty || saving) return;
    absorb(next);
    say(r.changed);
  };
  // In a long list the part at hand is in sight.
  const outline = $("outline"), current = outline?.querySelector("[aria-current]");
  if (current) outline.scrollTop += current.getBoundingClientRect().top - outline.getBoundingClientRect().top - outline.clientHeight / 2;

  known = content(form());
  drag();
  setInterval(look, 8000);
})();
