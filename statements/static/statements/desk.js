// Small comforts of the desk: a warning before typed text is lost, counters, folds that open
// when a link points into them. Everything works without.
"use strict";

(() => {
  const guarded = [...document.querySelectorAll("form[data-guard]")];
  const state = (form) => new URLSearchParams(new FormData(form)).toString();
  const before = new Map(guarded.map((form) => [form, state(form)]));
  let sending = null;

  document.addEventListener("submit", (event) => {
    const others = guarded.filter((form) => form !== event.target && state(form) !== before.get(form));
    if (event.target.method === "post" && others.length > 0) {
      const words = "You have typed text in another form of this page that is not saved. Go on without it?";
      if (!window.confirm(words)) {
        event.preventDefault();
        return;
      }
    }
    sending = event.target;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!sending && guarded.some((form) => state(form) !== before.get(form))) event.preventDefault();
  });

  document.querySelectorAll("[data-most]").forEach((field) => {
    const most = Number(field.dataset.most);
    const left = document.createElement("p");
    left.className = "help counter";
    const count = () => {
      const length = [...field.value.trim()].length;
      left.textContent = `${length} of ${most}`;
      left.classList.toggle("is-over", length > most);
    };
    field.after(left);
    field.addEventListener("input", count);
    count();
  });

  function reveal() {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = id && document.getElementById(id);
    if (!target) return;
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    target.scrollIntoView();
    const field = target.matches("input, select, textarea") ? target : target.querySelector("input:not([type=hidden]), select, textarea");
    if (field && (field === target || target.matches(".field, [role=radiogroup], div"))) field.focus();
  }
  window.addEventListener("hashchange", reveal);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link && link.hash === location.hash) reveal();
  });
  reveal();
  const alert = document.getElementById("alert");
  if (alert) alert.focus();
})();
