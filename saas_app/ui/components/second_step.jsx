import { useEffect, useState } from "react";
import { ask } from "./ask.js";
import { Ways } from "./ways.jsx";

const BASE = "/api/auth/second-step";

// The second step of a log-in. When it is over there is a way back that keeps the page one wanted.
export function SecondStep({ words }) {
  const [told, tell] = useState(null);
  const [over, setOver] = useState("");

  useEffect(() => {
    ask("GET", BASE).then((answer) => {
      if (answer.ok) tell(answer.body);
      else setOver(answer.body.detail ?? words.unreachable);
    });
  }, []);

  if (over) {
    const next = new URLSearchParams(window.location.search).get("next");
    const back = next ? `/login?next=${encodeURIComponent(next)}` : "/login";
    return (
      <div className="stack">
        <p className="form__status" role="alert" data-tone="bad">{over}</p>
        <div>
          <a className="button button--primary" href={back}>{words.back}</a>
        </div>
      </div>
    );
  }
  if (!told) return <div className="skeleton skeleton--form" aria-hidden="true" />;
  return (
    <>
      <Ways
        told={told}
        base={BASE}
        words={words}
        trust
        onDone={(body) => window.location.assign(body.next)}
        onOver={setOver}
      />
      {told.note && <p className="quiet small">{told.note}</p>}
    </>
  );
}
