import { useEffect, useRef, useState } from "react";
import { ask } from "./ask.js";
import { get, supported } from "./webauthn.js";

const BASE = "/api/auth/passkey";
// Before the question's five minutes are over, a new one is asked.
const ASK_AGAIN_MS = 240_000;

// Logging in with a passkey: by a button, or from the list that the browser offers in the address field.
export function PasskeyLogin({ words }) {
  const [able, setAble] = useState(false);
  const [said, say] = useState("");
  const waiting = useRef(null);

  const enter = async (more) => {
    const asked = await ask("POST", `${BASE}/options`);
    if (!asked.ok) return asked.body.detail ?? words.unreachable;
    const credential = await get(asked.body.options, more);
    const answer = await ask("POST", BASE, {
      ticket: asked.body.ticket,
      credential,
      remember: Boolean(document.getElementById("remember")?.checked),
      next: new URLSearchParams(window.location.search).get("next") ?? "",
    });
    if (!answer.ok) return answer.body.detail ?? words.unreachable;
    window.location.assign(answer.body.next);
    return "";
  };

  const offer = async () => {
    if (!(await window.PublicKeyCredential.isConditionalMediationAvailable?.())) return;
    const offered = new AbortController();
    waiting.current = offered;
    const again = setTimeout(() => {
      offered.abort();
      offer();
    }, ASK_AGAIN_MS);
    try {
      say(await enter({ mediation: "conditional", signal: offered.signal }));
    } catch {
      // Nobody chose one: nothing to say.
    } finally {
      clearTimeout(again);
    }
  };

  useEffect(() => {
    if (!supported()) return undefined;
    setAble(true);
    offer();
    return () => waiting.current?.abort();
  }, []);

  const press = async () => {
    say("");
    waiting.current?.abort();
    try {
      say(await enter({}));
    } catch {
      say(words.passkey_stopped);
    }
  };

  if (!able) return null;
  return (
    <div className="stack stack--tight">
      <button type="button" className="button button--secondary button--large button--wide" onClick={press}>
        {words.use_passkey}
      </button>
      <p className="form__status" role="status" data-tone="bad">{said}</p>
    </div>
  );
}
