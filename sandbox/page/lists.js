// The list of commands, and the lists that the bot offers for a command's options: found by words, chosen by keyboard.
"use strict";

document.addEventListener("keydown", (event) => {
  if (event.target.matches?.(".combo input")) choose(event.target, event);
});

document.addEventListener("input", ({ target }) => {
  if (target.matches("[data-filter]")) {
    const items = [...document.getElementById(target.dataset.filter).children];
    for (const item of items) item.hidden = !item.textContent.toLowerCase().includes(target.value.toLowerCase());
    target.closest("dialog").querySelector("[data-none]").hidden = items.some((item) => !item.hidden);
  } else if (target.matches(".combo input")) {
    target.nextElementSibling.value = "";
    complete(target);
  }
});

document.addEventListener("focusin", ({ target }) => {
  // A list stands between its field and the next: closed as soon as a button is pressed, it would move the button away.
  for (const open of document.querySelectorAll(".combo [aria-expanded=true]")) {
    if (open !== target && target.matches("input, textarea, select")) unfold(open, []);
  }
  if (target.matches(".combo input")) complete(target);
});
document.addEventListener("mousedown", (event) => {
  const option = event.target.closest("[role=option]");
  if (option) {
    event.preventDefault();
    take(option);
  }
});

async function complete(input) {
  const combo = input.closest(".combo");
  const query = new URLSearchParams(new FormData(input.form));
  query.set("option", combo.dataset.option);
  const typed = input.value;
  const answer = await fetch(`${combo.dataset.complete}${combo.dataset.complete.endsWith("?") ? "" : "&"}${query}`);
  if (answer.ok && input === document.activeElement && typed === input.value) {
    const choices = await answer.json();
    unfold(input, choices);
    input.parentElement.querySelector("[data-none]").hidden = Boolean(choices.length) || !typed;
  }
}

function unfold(input, choices) {
  const list = input.parentElement.querySelector("[role=listbox]");
  list.replaceChildren(
    ...choices.map(([name, value], number) => {
      const option = Object.assign(document.createElement("li"), { id: `${list.id}-${number}`, textContent: name });
      option.setAttribute("role", "option");
      option.dataset.value = value;
      return option;
    }),
  );
  list.hidden = !choices.length;
  input.parentElement.querySelector("[data-none]").hidden = true;
  input.setAttribute("aria-expanded", String(!list.hidden));
  input.removeAttribute("aria-activedescendant");
}

function take(option) {
  const input = option.closest(".combo").querySelector("input");
  input.value = option.textContent;
  input.nextElementSibling.value = option.dataset.value;
  unfold(input, []);
}

function choose(input, event) {
  const options = [...input.parentElement.querySelectorAll("[role=option]")];
  const at = options.findIndex((each) => each.id === input.getAttribute("aria-activedescendant"));
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!options.length) return;
  if (step) {
    event.preventDefault();
    const next = options[(at + step + options.length + (at < 0 && step < 0 ? 1 : 0)) % options.length];
    for (const each of options) each.setAttribute("aria-selected", String(each === next));
    input.setAttribute("aria-activedescendant", next.id);
  } else if (event.key === "Enter" && at >= 0) {
    event.preventDefault();
    take(options[at]);
  } else if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    unfold(input, []);
  }
}
