import { useRef, useState } from "react";
import { ShownOnce } from "./shown_once.jsx";
import { useStepUp } from "./step_up.jsx";

const BASE = "/api/api-keys";

function Made({ made, words }) {
  return <ShownOnce title={words.made_title} lead={words.made_lead} secret={made.key} words={words} />;
}

// A new key: what it is called, what it may do, how long it lasts.
export function NewKey({ words, scopes, days }) {
  const [send, dialog] = useStepUp(words);
  const [made, setMade] = useState(null);
  const [wrong, mark] = useState({});
  const [said, say] = useState("");
  const [busy, setBusy] = useState(false);
  const form = useRef(null);

  if (made) return <Made made={made} words={words} />;

  const submit = async (event) => {
    event.preventDefault();
    mark({});
    say("");
    setBusy(true);
    const given = new FormData(form.current);
    const answer = await send("POST", BASE, {
      name: given.get("name"),
      scopes: given.getAll("scopes"),
      days: Number(given.get("days")) || null,
    });
    setBusy(false);
    if (answer.ok) return setMade(answer.body);
    mark(answer.body.fields ?? {});
    say(answer.body.detail ?? words.unreachable);
  };

  return (
    <>
      <form ref={form} className="form" onSubmit={submit} noValidate>
        <div className="field">
          <label htmlFor="key-name" className="field__label">{words.name}</label>
          <input
            id="key-name"
            name="name"
            className="field__input"
            autoComplete="off"
            maxLength={60}
            aria-invalid={wrong.name ? "true" : "false"}
            aria-describedby="key-name-hint key-name-error"
          />
          <p id="key-name-hint" className="field__hint">{words.name_hint}</p>
          <p id="key-name-error" className="field__error" role="alert">{wrong.name ?? ""}</p>
        </div>
        <fieldset className="field" aria-describedby="key-scopes-error">
          <legend className="field__label">{words.scopes}</legend>
          {scopes.map(([name, label]) => (
            <label key={name} className="check">
              <input type="checkbox" name="scopes" value={name} />
              <span><code>{name}</code> <span className="quiet">{label}</span></span>
            </label>
          ))}
          <p id="key-scopes-error" className="field__error" role="alert">{wrong.scopes ?? ""}</p>
        </fieldset>
        <div className="field">
          <label htmlFor="key-days" className="field__label">{words.days}</label>
          <select id="key-days" name="days" className="field__input" defaultValue="90">
            {days.map(([value, label]) => (
              <option key={value} value={value}>{label}</option>
            ))}
          </select>
          <p className="field__error" role="alert">{wrong.days ?? ""}</p>
        </div>
        <div>
          <button type="submit" className="button button--primary" disabled={busy}>{words.make}</button>
        </div>
        <p className="form__status" role="status" data-tone="bad">{said}</p>
      </form>
      {dialog}
    </>
  );
}

// Another secret for a key that is there.
export function RotateKey({ words, path, hours }) {
  const [send, dialog] = useStepUp(words);
  const [made, setMade] = useState(null);
  const [said, say] = useState("");
  const overlap = useRef(null);

  if (made) return <Made made={made} words={words} />;

  const rotate = async () => {
    const answer = await send("POST", path, { overlap_hours: Number(overlap.current.value) });
    if (answer.ok) setMade(answer.body);
    else say(answer.body.detail ?? words.unreachable);
  };

  return (
    <div className="stack stack--tight">
      <label className="field">
        <span className="field__label">{words.overlap}</span>
        <select ref={overlap} className="field__input" defaultValue="24">
          {hours.map(([value, label]) => (
            <option key={value} value={value}>{label}</option>
          ))}
        </select>
      </label>
      <div>
        <button type="button" className="button button--secondary" onClick={rotate}>{words.rotate_yes}</button>
      </div>
      <p className="form__status" role="status" data-tone="bad">{said}</p>
      {dialog}
    </div>
  );
}
