// Takes the words selected in a frozen copy over into the form beside it, with where they stand.
// Without this script the words are pasted.
"use strict";

(() => {
  const text = document.getElementById("snapshot-text");
  const offer = document.getElementById("take-words");
  const words = document.getElementById("quote-quote");
  if (!text || !offer || !words) return;
  const button = offer.querySelector("button");
  const near = document.getElementById("quote-near");
  let range = null;

  offer.hidden = false;
  button.disabled = true;
  const chosen = () => {
    const selection = document.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const found = selection.getRangeAt(0);
    return text.contains(found.commonAncestorContainer) ? found.cloneRange() : null;
  };
  document.addEventListener("selectionchange", () => {
    const found = chosen();
    // A click on the button takes the selection away in some browsers: the last one counts.
    if (found) range = found;
    button.disabled = !range;
  });

  // Half words are no quote: the selection grows to whole ones.
  const isInside = (before, after) => /[\p{L}\p{N}]/u.test(before) && /[\p{L}\p{N}]/u.test(after);
  button.addEventListener("click", () => {
    if (!range) return;
    const before = document.createRange();
    before.setStart(text, 0);
    before.setEnd(range.startContainer, range.startOffset);
    const all = [...text.textContent];
    let start = [...before.toString()].length;
    let end = start + [...range.toString()].length;
    while (start > 0 && isInside(all[start - 1], all[start])) start -= 1;
    while (end < all.length && isInside(all[end - 1], all[end])) end += 1;
    while (start < end && !all[start].trim()) start += 1; // the words begin where they are read
    words.value = all.slice(start, end).join("").trim();
    if (near) near.value = String(start);
    words.dispatchEvent(new Event("input", { bubbles: true }));
    const claim = document.getElementById("quote-claim");
    const next = claim && !claim.value ? claim : document.getElementById("quote-stance");
    if (next) next.focus();
  });
})();
