import { useEffect, useRef, useState } from "react";
import { ask } from "./ask.js";
import { Ways } from "./ways.jsx";

const BASE = "/api/auth/step-up";

// Sends a request; where a fresh proof is wanted first, a dialog asks for it and the same request
// is sent again. Returns [send, dialog]: put the dialog beside the form, never inside it.
// The proof changes the cookie and the open websocket keeps the old one: whoever succeeds must
// load the page anew.
export function useStepUp(words) {
  const [asked, setAsked] = useState(null);

  const send = async (method, url, body) => {
    const answer = await ask(method, url, body);
    if (answer.body.code !== "step_up_required") return answer;
    const told = await ask("GET", BASE);
    if (!told.ok) return told;
    const proved = await new Promise((resolve) => setAsked({ told: told.body, resolve }));
    setAsked(null);
    return proved ? { ...(await ask(method, url, body)), renewed: true } : answer;
  };

  return [send, asked && <StepUp asked={asked} words={words} />];
}

function StepUp({ asked, words }) {
  const dialog = useRef(null);
  const { told, resolve } = asked;

  useEffect(() => {
    const opener = document.activeElement;
    dialog.current.showModal();
    return () => opener?.focus?.();
  }, []);

  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby="step-up-title"
      onCancel={(event) => {
        event.preventDefault();
        resolve(false);
      }}
    >
      <div className="stack stack--loose">
        <div className="stack stack--tight">
          <h2 id="step-up-title">{told.title}</h2>
          <p className="quiet">{told.lead}</p>
        </div>
        <Ways
          told={told}
          base={BASE}
          words={{ ...words, other: told.other }}
          onDone={() => resolve(true)}
        />
        <div>
          <button type="button" className="button button--quiet" onClick={() => resolve(false)}>
            {told.cancel}
          </button>
        </div>
      </div>
    </dialog>
  );
}
