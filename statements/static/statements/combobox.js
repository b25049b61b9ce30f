// Makes a combobox of each [data-lookup]: the ARIA APG pattern "editable combobox with list
// autocomplete". Without script the text field stays and the server finds the row by its name.
"use strict";

(() => {
  let serial = 0;

  function build(holder) {
    const input = holder.querySelector("input[type=text]");
    const key = holder.querySelector("input[type=hidden]");
    const list = document.createElement("ul");
    const status = document.createElement("span");
    const id = `choices-${++serial}`;
    let options = [];
    let active = -1;
    let chosen = input.value;
    let timer = 0;
    let asked = 0;

    list.id = id;
    list.className = "choices";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.labels[0] ? input.labels[0].textContent : "Choices");
    status.className = "sr";
    status.setAttribute("role", "status");
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", id);
    holder.append(list, status);

    function close() {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function mark(place) {
      active = place;
      options.forEach((option, at) => option.setAttribute("aria-selected", String(at === place)));
      if (place < 0) {
        input.removeAttribute("aria-activedescendant");
        return;
      }
      input.setAttribute("aria-activedescendant", options[place].id);
      options[place].scrollIntoView({ block: "nearest" });
    }

    function choose(option) {
      input.value = chosen = option.textContent;
      key.value = option.dataset.key;
      close();
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }

    function show(results, hasMore) {
      list.replaceChildren();
      options = results.map((result, place) => {
        const option = document.createElement("li");
        option.id = `${id}-${place}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.key = result.id;
        option.textContent = result.text;
        option.addEventListener("mousedown", (event) => {
          event.preventDefault();
          choose(option);
        });
        return option;
      });
      list.append(...options);
      active = -1;
      list.hidden = options.length === 0;
      input.setAttribute("aria-expanded", String(!list.hidden));
      const count = options.length;
      status.textContent = count === 0 ? "Nothing found." : `${count}${hasMore ? " or more" : ""} found.`;
    }

    async function ask() {
      const mine = ++asked;
      const address = `${holder.dataset.lookup}&term=${encodeURIComponent(input.value.trim())}`;
      try {
        const answer = await fetch(address, { credentials: "same-origin" });
        if (!answer.ok || mine !== asked) return;
        const found = await answer.json();
        if (mine === asked && document.activeElement === input) show(found.results, found.pagination.more);
      } catch {
        close(); // no network: the name alone is enough
      }
    }

    input.addEventListener("input", () => {
      if (input.value !== chosen) key.value = "";
      clearTimeout(timer);
      timer = setTimeout(ask, 180);
    });
    input.addEventListener("keydown", (event) => {
      const last = options.length - 1;
      if (event.key === "ArrowDown") {
        event.preventDefault();
        if (list.hidden) ask();
        else mark(active < last ? active + 1 : 0);
      } else if (event.key === "ArrowUp" && !list.hidden) {
        event.preventDefault();
        mark(active > 0 ? active - 1 : last);
      } else if (event.key === "Enter" && !list.hidden && active >= 0) {
        event.preventDefault();
        choose(options[active]);
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
      }
    });
    input.addEventListener("blur", close);
  }

  document.querySelectorAll("[data-lookup]").forEach(build);
})();
