import { useEffect, useRef, useState } from "react";
import { useStepUp } from "./step_up.jsx";

const BASE = "/api/user/two-factor/phone";

// A number for codes by SMS: first the number, then the code that reached it.
export function NumberSetup({ words, label }) {
  const [send, dialog] = useStepUp(words);
  const [number, setNumber] = useState("");
  const [wrong, mark] = useState("");
  const [said, say] = useState({ tone: "", text: "" });
  const field = useRef(null);
  const part = number ? "code" : "number";

  useEffect(() => {
    if (number) field.current?.focus();
  }, [number]);

  const submit = async (event) => {
    event.preventDefault();
    const typed = field.current.value;
    mark("");
    say({ tone: "", text: "" });
    const answer = number
      ? await send("POST", `${BASE}/confirm`, { number, code: typed })
      : await send("POST", BASE, { number: typed });
    if (!answer.ok) {
      mark(answer.body.fields?.[part] ?? "");
      say({ tone: "bad", text: answer.body.fields ? "" : (answer.body.detail ?? words.unreachable) });
      field.current?.focus();
    } else if (number) window.location.assign(answer.body.next);
    else {
      setNumber(typed);
      say({ tone: "good", text: answer.body.message });
    }
  };

  return (
    <>
      <form className="form" onSubmit={submit} noValidate>
        <div className="field">
          <label htmlFor="sms-field" className="field__label">
            {number ? words.sms_code : label}
          </label>
          <input
            key={part}
            ref={field}
            id="sms-field"
            className="field__input"
            type={number ? "text" : "tel"}
            inputMode={number ? "numeric" : "tel"}
            autoComplete={number ? "one-time-code" : "tel"}
            placeholder={number ? "" : "+49 151 23456789"}
            aria-invalid={wrong ? "true" : "false"}
            aria-describedby="sms-field-error"
          />
          <p id="sms-field-error" className="field__error" role="alert">{wrong}</p>
        </div>
        <div className="row">
          <button type="submit" className="button button--secondary">
            {number ? words.confirm : words.send_code}
          </button>
          {number && (
            <button type="button" className="button button--quiet" onClick={() => setNumber("")}>
              {words.another_number}
            </button>
          )}
        </div>
        <p className="form__status" role="status" data-tone={said.tone}>{said.text}</p>
      </form>
      {dialog}
    </>
  );
}
