import { useEffect, useRef, useState } from "react";

// A secret as it is shown this once: on screen, to copy. "Kept" loads the page anew, without it.
export function ShownOnce({ title, lead, secret, words }) {
  const head = useRef(null);
  const [said, say] = useState("");

  useEffect(() => head.current?.focus(), []);

  const copy = () =>
    navigator.clipboard.writeText(secret).then(
      () => say(words.copied),
      () => say(words.not_copied),
    );

  return (
    <div className="stack" data-testid="shown-once">
      <h3 ref={head} tabIndex={-1}>{title}</h3>
      <p>{lead}</p>
      <p className="codes secret"><code>{secret}</code></p>
      <div className="row">
        <button type="button" className="button button--secondary" onClick={copy}>{words.copy}</button>
        <button type="button" className="button button--primary" onClick={() => window.location.reload()}>
          {words.kept}
        </button>
      </div>
      <p role="status" className="quiet small">{said}</p>
    </div>
  );
}
