import { useRef, useState } from "react";

// One's picture: shown, replaced, removed. The file goes to our endpoint as it is; what comes
// back is a drawing of ours. A refusal is said beside the button and the old picture stays.
export function PictureField({ shown, initials, words }) {
  const [path, setPath] = useState(null);
  const [said, setSaid] = useState({ tone: "", text: "" });
  const [busy, setBusy] = useState(false);
  const input = useRef(null);
  const now = path ?? shown;

  const talk = async (method, body) => {
    setBusy(true);
    setSaid({ tone: "", text: "" });
    try {
      const answer = await fetch("/api/user/picture", {
        method,
        credentials: "same-origin",
        headers: body ? { "Content-Type": body.type || "application/octet-stream" } : {},
        body,
      });
      const told = answer.status === 204 ? {} : await answer.json();
      if (answer.ok) {
        setPath(told.picture ?? "");
        setSaid({ tone: "good", text: body ? words.stored : words.removed });
      } else {
        setSaid({ tone: "bad", text: told.fields?.picture ?? told.detail });
      }
    } catch {
      setSaid({ tone: "bad", text: words.unreachable });
    }
    setBusy(false);
    input.current.value = "";
  };

  return (
    <div className="picture-field">
      {now ? (
        <img className="avatar avatar--large" src={now} alt={words.alt} width="96" height="96" />
      ) : (
        <span className="avatar avatar--large" aria-hidden="true">{initials}</span>
      )}
      <div className="stack stack--tight">
        <div className="row">
          <label className={`button button--secondary${busy ? " is-busy" : ""}`} htmlFor="picture">
            {now ? words.replace : words.choose}
          </label>
          <input
            ref={input}
            id="picture"
            className="file-input"
            type="file"
            accept="image/jpeg,image/png,image/webp,image/gif"
            aria-describedby="picture-hint picture-said"
            onChange={(event) => event.target.files[0] && talk("POST", event.target.files[0])}
          />
          {now && (
            <button type="button" className="button button--quiet" disabled={busy} onClick={() => talk("DELETE")}>
              {words.remove}
            </button>
          )}
        </div>
        <p id="picture-hint" className="field__hint">{words.hint}</p>
        <p id="picture-said" className="form__status" data-tone={said.tone} role="status">{said.text}</p>
      </div>
    </div>
  );
}
