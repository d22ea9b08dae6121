import { useEffect, useRef, useState } from "react";
import { Codes } from "./recovery_codes.jsx";
import { useStepUp } from "./step_up.jsx";
import { create, supported } from "./webauthn.js";

const BASE = "/api/user/passkeys";

// Adding a passkey: a name, then the device's own dialog.
export function PasskeyAdd({ words }) {
  const [send, dialog] = useStepUp(words);
  const [able, setAble] = useState(true);
  const [done, setDone] = useState(null);
  const [wrong, mark] = useState("");
  const [said, say] = useState("");
  const field = useRef(null);

  useEffect(() => setAble(supported()), []);

  const refused = (answer) => {
    mark(answer.body.fields?.name ?? "");
    say(answer.body.fields?.name ? "" : (answer.body.detail ?? words.unreachable));
  };

  const submit = async (event) => {
    event.preventDefault();
    const name = field.current.value;
    mark("");
    say("");
    const asked = await send("POST", `${BASE}/options`, { name });
    if (!asked.ok) return refused(asked);
    let credential;
    try {
      credential = await create(asked.body.options);
    } catch (stopped) {
      return say(stopped.name === "InvalidStateError" ? words.known_here : words.passkey_stopped);
    }
    const answer = await send("POST", BASE, { ticket: asked.body.ticket, credential, name });
    if (!answer.ok) return refused(answer);
    if (answer.body.recovery_codes.length) return setDone(answer.body);
    window.location.assign(answer.body.next);
  };

  if (done) return <Codes codes={done.recovery_codes} words={words} next={done.next} />;
  if (!able) return <p className="quiet">{words.not_able}</p>;
  return (
    <>
      <form className="form" onSubmit={submit} noValidate>
        <div className="field">
          <label htmlFor="passkey-name" className="field__label">{words.name}</label>
          <input
            ref={field}
            id="passkey-name"
            className="field__input"
            autoComplete="off"
            maxLength={80}
            aria-invalid={wrong ? "true" : "false"}
            aria-describedby="passkey-name-hint passkey-name-error"
          />
          <p id="passkey-name-hint" className="field__hint">{words.name_hint}</p>
          <p id="passkey-name-error" className="field__error" role="alert">{wrong}</p>
        </div>
        <div>
          <button type="submit" className="button button--primary">{words.add}</button>
        </div>
        <p className="form__status" role="status" data-tone="bad">{said}</p>
      </form>
      {dialog}
    </>
  );
}
