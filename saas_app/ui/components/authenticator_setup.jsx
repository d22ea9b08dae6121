import { useEffect, useRef, useState } from "react";
import { Codes } from "./recovery_codes.jsx";
import { useStepUp } from "./step_up.jsx";

const BASE = "/api/user/two-factor/app";

// Setting up an authenticator app. The secret comes by plain HTTP and stays in this component.
export function AuthenticatorSetup({ words, label, tone }) {
  const [send, dialog] = useStepUp(words);
  const [made, setMade] = useState(null);
  const [done, setDone] = useState(null);
  const [wrong, mark] = useState("");
  const [said, say] = useState("");
  const field = useRef(null);

  useEffect(() => field.current?.focus(), [made]);

  const begin = async () => {
    say("");
    const answer = await send("POST", BASE);
    if (answer.ok) setMade(answer.body);
    else say(answer.body.detail ?? words.unreachable);
  };

  const confirm = async (event) => {
    event.preventDefault();
    mark("");
    say("");
    const answer = await send("POST", `${BASE}/confirm`, {
      ticket: made.ticket,
      code: field.current.value,
    });
    if (answer.ok && answer.body.recovery_codes.length) setDone(answer.body);
    else if (answer.ok) window.location.assign(answer.body.next);
    else {
      mark(answer.body.fields?.code ?? "");
      say(answer.body.fields?.code ? "" : (answer.body.detail ?? words.unreachable));
      field.current?.select();
    }
  };

  if (done) return <Codes codes={done.recovery_codes} words={words} next={done.next} />;
  return (
    <div className="stack">
      {!made && (
        <div>
          <button type="button" className={`button button--${tone}`} onClick={begin}>{label}</button>
        </div>
      )}
      {made && (
        <form className="form" onSubmit={confirm} noValidate>
          <p>{words.scan}</p>
          {/* Drawn by our own server from our own secret. */}
          <div
            className="qr"
            role="img"
            aria-label={words.picture}
            dangerouslySetInnerHTML={{ __html: made.picture }}
          />
          <div className="stack stack--tight">
            <p className="quiet small">{words.by_hand}</p>
            <code className="key">{made.key}</code>
            <a className="small" href={made.uri}>{words.open_app}</a>
          </div>
          <div className="field">
            <label htmlFor="app-code" className="field__label">{words.first_code}</label>
            <input
              ref={field}
              id="app-code"
              className="field__input"
              inputMode="numeric"
              autoComplete="one-time-code"
              aria-invalid={wrong ? "true" : "false"}
              aria-describedby="app-code-error"
            />
            <p id="app-code-error" className="field__error" role="alert">{wrong}</p>
          </div>
          <div className="row">
            <button type="submit" className="button button--primary">{words.confirm}</button>
            <button type="button" className="button button--quiet" onClick={() => setMade(null)}>
              {words.cancel}
            </button>
          </div>
        </form>
      )}
      <p className="form__status" role="status" data-tone="bad">{said}</p>
      {dialog}
    </div>
  );
}
