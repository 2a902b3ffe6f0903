// Keeps the page as the server draws it: swaps what changed, and leaves focus, scroll and half-typed words alone.
// Without this script every link and form still works, by loading the page anew.
"use strict";

const region = (name) => document.getElementById(`region-${name}`);
const ours = (link) => link && link.getAttribute("href")?.startsWith("/") && link.target !== "_blank";
let stream = null;
let wanted = ""; // the id that a link asked for, until it is there
let follow = false; // whether the visitor waits for what their own act brings
let shownPlace = ""; // the channel whose name was last brought into view
let opener = null; // what had the focus before a dialog opened

// What the visitor's own doing says in attributes, and the server does not know.
const KEPT = [
  ["dialog, details", ["open"]],
  ["form", ["aria-busy"]],
  ["[role=combobox]", ["aria-expanded", "aria-activedescendant"]],
  ["[role=listbox], [data-none]", ["hidden"]],
];

// --- swapping -----------------------------------------------------------------------------------------------------

function morph(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName || (old.id || "") !== (fresh.id || "")) {
    old.replaceWith(fresh);
  } else if (old.nodeType === Node.TEXT_NODE) {
    old.data = fresh.data;
  } else {
    const kept = KEPT.flatMap(([selector, names]) => (old.matches(selector) ? names : []));
    for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && !kept.includes(name)) old.removeAttribute(name);
    for (const { name, value } of fresh.attributes) if (!kept.includes(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
    if (!old.matches("textarea, [role=listbox]")) morphChildren(old, fresh);
  }
}

function morphChildren(old, fresh) {
  // What is gone goes first, so that what stays need not move: a moved element loses its focus.
  const ids = new Set([...fresh.children].map((each) => each.id));
  for (const child of [...old.children]) if (child.id && !ids.has(child.id)) child.remove();
  let at = old.firstChild;
  for (const child of [...fresh.childNodes]) {
    // What has an id is found again wherever it moved; the rest is taken in order.
    const match = child.id ? [...old.children].find((each) => each.id === child.id) : null;
    if (match) {
      if (match === at) at = at.nextSibling;
      else old.insertBefore(match, at);
      morph(match, child);
    } else if (at && !at.id && !child.id && at.nodeName === child.nodeName) {
      const next = at.nextSibling;
      morph(at, child);
      at = next;
    } else {
      old.insertBefore(child, at);
    }
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

function swap(name, text) {
  const old = region(name);
  const log = old.querySelector("[data-stick]");
  const atEnd = !log || log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  const last = log?.querySelector(".message:last-child")?.id;
  const before = new Set([...old.querySelectorAll("[data-focus]")].map((each) => each.closest("form").id));
  const held = old.contains(document.activeElement) && document.activeElement.closest(".message")?.id;
  const fresh = old.cloneNode(false);
  fresh.innerHTML = text;
  morphChildren(old, fresh);
  const now = old.querySelector("[data-stick]");
  const own = follow && now?.querySelector(".message:last-child")?.id !== last;
  if (now && (atEnd || now !== log || own) && !wanted) now.scrollTop = now.scrollHeight;
  const field = [...old.querySelectorAll("[data-focus]")].find((each) => !before.has(each.closest("form").id));
  if (field) field.focus();
  // A button that was pressed may be gone; its message still has the attention.
  else if (held && document.activeElement === document.body) document.getElementById(held)?.focus({ preventScroll: true });
  if (name === "dialog") showDialog();
  if (name === "chat") showPlace();
}

// The open channel's name, where the row of channels is wider than the screen; once, as one may scroll on from there.
function showPlace() {
  const place = document.querySelector(".places [aria-current]");
  if (place && place.textContent !== shownPlace) place.scrollIntoView({ block: "nearest", inline: "center" });
  shownPlace = place?.textContent;
}

// --- dialogs ------------------------------------------------------------------------------------------------------

function showDialog() {
  const dialog = document.querySelector("dialog");
  if (dialog && !dialog.matches(":modal")) {
    if (!opener) opener = document.activeElement;
    dialog.removeAttribute("open");
    dialog.showModal();
    dialog.querySelector("input:not([type=hidden]), textarea, select, footer button")?.focus();
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      dialog.querySelector("[data-close]").click();
    });
  } else if (!dialog && opener) {
    const back = (opener.id && document.getElementById(opener.id)) || (opener.isConnected && opener);
    if (back && back !== document.body) back.focus({ preventScroll: true });
    else document.querySelector(".composer textarea")?.focus({ preventScroll: true });
    opener = null;
  }
}

// --- moving about -------------------------------------------------------------------------------------------------

function listen() {
  stream?.close();
  stream = new EventSource(`/live${location.search}`);
  stream.onmessage = (event) => {
    document.getElementById("link-state").textContent = "";
    for (const [name, text] of Object.entries(JSON.parse(event.data))) swap(name, text);
    if (wanted) show(wanted);
  };
  stream.onerror = () => (document.getElementById("link-state").textContent = "The sandbox does not answer; trying again…");
}

function show(id, { focus = true } = {}) {
  const found = document.getElementById(id);
  if (!found) return;
  wanted = "";
  // What a reply from chat became is looked at beside its message, where that is on the page.
  const origin = found.querySelector(":scope > .remark a.chat")?.hash.slice(1);
  const shown = [found, origin && document.getElementById(origin)].filter(Boolean);
  for (const each of shown) {
    each.scrollIntoView({ block: "center" });
    each.classList.add("found");
    setTimeout(() => each.classList.remove("found"), 2400);
  }
  if (focus) found.focus({ preventScroll: true });
}

function go(address, { push = true } = {}) {
  const url = new URL(address, location.href);
  if (push) history.pushState(null, "", url.pathname + url.search);
  wanted = url.hash.slice(1);
  document.body.dataset.tab = url.searchParams.get("tab") || "chat";
  listen();
}

function say(text) {
  const toast = document.createElement("p");
  toast.textContent = text;
  document.getElementById("toasts").replaceChildren(toast);
  setTimeout(() => toast.remove(), 7000);
}

async function send(form, submitter) {
  if (form.hasAttribute("aria-busy")) return;
  form.setAttribute("aria-busy", "true");
  follow = true;
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: form.enctype.startsWith("multipart") ? new FormData(form, submitter) : new URLSearchParams(new FormData(form, submitter)),
      headers: { Accept: "application/json" },
    });
    const told = await answer.json();
    if (told.error || told.say) say(told.error || told.say);
    if (answer.ok && "reset" in form.dataset) form.reset();
    if (told.go) go(told.go);
  } catch {
    say("The sandbox does not answer.");
  }
  form.removeAttribute("aria-busy");
  setTimeout(() => (follow = false), 1500);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (link?.matches(".skip")) {
    event.preventDefault();
    document.querySelector(link.hash)?.focus();
    return;
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target) || link) menu.open = false;
  }
  if (!ours(link) || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  go(link.getAttribute("href"));
});

document.addEventListener("submit", (event) => {
  event.preventDefault();
  const menu = event.target.closest("details.menu");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  send(event.target, event.submitter);
});

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  const menu = target.closest?.("details.menu[open]");
  if (key === "Escape" && menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (target.matches?.("[data-enter]") && key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    target.form.requestSubmit();
  } else if (target.matches?.("[data-commands]") && key === "/" && !target.value) {
    event.preventDefault();
    go(target.dataset.commands);
  }
});

addEventListener("popstate", () => go(location.href, { push: false }));
wanted = location.hash.slice(1);
// Where the server has a visitor begin: looked at, but the first Tab still leads to the top of the page.
const beginning = new URL(location.href);
const see = beginning.searchParams.get("see");
if (see) {
  beginning.searchParams.delete("see");
  history.replaceState(null, "", beginning);
}
for (const log of document.querySelectorAll("[data-stick]")) log.scrollTop = log.scrollHeight;
showDialog();
showPlace();
if (see) show(see, { focus: false });
listen();
