import { useEffect, useRef, useState } from "react";
import { useLocation } from "react-router";
import { matching, plain, wordsOf } from "./help_search.js";

const TYPING = "input, select, textarea, [contenteditable]";
const answers = () => [...document.querySelectorAll("[data-answer]")];

// Paints the words that were found without touching the text: the browser's own highlighter.
function paint(shown, words) {
  if (!window.CSS?.highlights) return;
  const ranges = [];
  for (const root of words.length ? shown : []) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const said = plain(node.data);
      if (said.length !== node.data.length) continue;
      for (const word of words) {
        for (let at = said.indexOf(word); at >= 0; at = said.indexOf(word, at + word.length)) {
          const range = new Range();
          range.setStart(node, at);
          range.setEnd(node, at + word.length);
          ranges.push(range);
        }
      }
    }
  }
  CSS.highlights.set("help-search", new Highlight(...ranges));
}

// Searches the answers of this page while one types, and opens the one that the address names.
export function HelpSearch({ words, total }) {
  const [query, setQuery] = useState("");
  const [count, setCount] = useState(total);
  const field = useRef(null);
  const { hash } = useLocation();

  useEffect(() => {
    const named = () => {
      const target = document.getElementById(window.location.hash.slice(1));
      if (!target?.matches("[data-answer]")) return;
      target.open = true;
      target.scrollIntoView();
      target.querySelector("summary").focus({ preventScroll: true });
    };
    named();
    window.addEventListener("hashchange", named);
    return () => window.removeEventListener("hashchange", named);
  }, [hash]);

  useEffect(() => {
    const press = (event) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target.closest?.(TYPING)) return;
      event.preventDefault();
      field.current.focus();
    };
    window.addEventListener("keydown", press);
    return () => {
      window.removeEventListener("keydown", press);
      window.CSS?.highlights?.delete("help-search");
    };
  }, []);

  const search = (typed) => {
    setQuery(typed);
    const all = answers();
    const held = matching(typed, all.map((each) => each.textContent));
    all.forEach((each, at) => { each.hidden = !held[at]; });
    for (const group of document.querySelectorAll("[data-answers]")) {
      group.hidden = !group.querySelector("[data-answer]:not([hidden])");
    }
    const shown = all.filter((_, at) => held[at]);
    setCount(shown.length);
    paint(shown, wordsOf(typed));
  };

  const found = !query.trim() ? words.found_all : count === 1 ? words.found_one : words.found;
  return (
    <search className="help-search">
      <label htmlFor="help-search" className="field__label">{words.search}</label>
      <input
        id="help-search" ref={field} type="search" className="field__input" autoComplete="off" value={query}
        aria-describedby="help-search-hint" onChange={(event) => search(event.target.value)}
        onKeyDown={(event) => { if (event.key === "Escape") { event.preventDefault(); search(""); } }}
      />
      <p id="help-search-hint" className="field__hint">{words.search_hint}</p>
      <p role="status" aria-live="polite" className="small" data-testid="found">
        {count ? found.replace("{count}", count) : <>{words.none} <a href="#contact">{words.none_link}</a>.</>}
      </p>
    </search>
  );
}
