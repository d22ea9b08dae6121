import { useEffect, useRef, useState } from "react";
import { ask } from "./ask.js";
import { get, supported } from "./webauthn.js";

// One way to prove who one is, and a switch to the others. `told` is the edge's list of ways,
// `base` its address; what is typed travels by plain HTTP and nowhere else.
export function Ways({ told, base, words, trust, onDone, onOver }) {
  const ways = told.ways.filter((way) => way.kind !== "passkey" || supported());
  const [chosen, choose] = useState(ways[0]);
  const [said, say] = useState({ tone: "", text: "" });
  const [wrong, mark] = useState("");
  const [busy, setBusy] = useState(false);
  const field = useRef(null);
  const trusted = useRef(null);

  useEffect(() => {
    mark("");
    say({ tone: "", text: "" });
    field.current?.focus();
  }, [chosen?.way]);

  const post = async (path, body) => {
    const answer = await ask("POST", `${base}${path}`, body);
    if (answer.status === 0) say({ tone: "bad", text: words.unreachable });
    else if (answer.body.code === "pending_login_over" && onOver) onOver(answer.body.detail);
    else if (!answer.ok) {
      mark(answer.body.fields?.code ?? "");
      say({ tone: "bad", text: answer.body.fields?.code ? "" : answer.body.detail });
    }
    return answer;
  };

  const trusting = () => (trust ? { trust: Boolean(trusted.current?.checked) } : {});

  const byPasskey = async () => {
    const asked = await post("/passkey/options");
    if (!asked.ok) return undefined;
    try {
      const credential = await get(asked.body.options);
      return await post("/passkey", { ticket: asked.body.ticket, credential, ...trusting() });
    } catch {
      say({ tone: "bad", text: words.passkey_stopped });
      return undefined;
    }
  };

  const submit = async (event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    mark("");
    say({ tone: "", text: "" });
    const answer =
      chosen.kind === "passkey"
        ? await byPasskey()
        : await post("", { way: chosen.way, code: field.current.value, ...trusting() });
    if (answer?.ok) return onDone(answer.body);
    setBusy(false);
    if (field.current) {
      field.current.focus();
      field.current.select();
    }
  };

  const send = async () => {
    const answer = await post("/send", { way: chosen.way });
    if (answer.ok) {
      say({ tone: "good", text: answer.body.message });
      field.current?.focus();
    }
  };

  if (!chosen) return <p className="form__status" data-tone="bad">{words.no_way}</p>;
  return (
    <div className="stack stack--loose">
      <form className="form" onSubmit={submit} noValidate>
        <div className="stack stack--tight">
          <h2 className="ways__name">{chosen.name}</h2>
          <p className="quiet">{chosen.lead}</p>
        </div>
        {chosen.send && (
          <div>
            <button type="button" className="button button--secondary" onClick={send}>
              {chosen.send}
            </button>
          </div>
        )}
        {chosen.kind !== "passkey" && (
          <div className="field">
            <label htmlFor="proof" className="field__label">{chosen.label}</label>
            <input
              key={chosen.way}
              ref={field}
              id="proof"
              className="field__input"
              type={chosen.kind === "password" ? "password" : "text"}
              inputMode={chosen.kind === "password" || chosen.way === "recovery" ? "text" : "numeric"}
              autoComplete={chosen.kind === "password" ? "current-password" : "one-time-code"}
              autoCapitalize="off"
              spellCheck={false}
              aria-invalid={wrong ? "true" : "false"}
              aria-describedby="proof-error"
            />
            <p id="proof-error" className="field__error" role="alert">{wrong}</p>
          </div>
        )}
        {trust && (
          <label className="check">
            <input ref={trusted} type="checkbox" />
            <span>{words.trust}</span>
          </label>
        )}
        <button
          type="submit"
          disabled={busy}
          className={`button button--primary button--large button--wide${busy ? " is-busy" : ""}`}
        >
          {chosen.button}
        </button>
        <p className="form__status" role="status" data-tone={said.tone}>{said.text}</p>
      </form>
      {ways.length > 1 && (
        <div className="stack stack--tight">
          <p className="quiet small">{words.other}</p>
          <div className="ways__others">
            {ways
              .filter((way) => way.way !== chosen.way)
              .map((way) => (
                <button
                  key={way.way}
                  type="button"
                  className="button button--secondary button--small"
                  onClick={() => choose(way)}
                >
                  {way.name}
                </button>
              ))}
          </div>
        </div>
      )}
    </div>
  );
}
