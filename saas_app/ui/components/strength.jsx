import { useEffect, useRef, useState } from "react";

const PAUSE_MS = 200;

// Tells what a password would be worth while it is typed. The draft goes to our own endpoint by
// plain HTTP, is judged there by the very rule that decides in the end, and is forgotten.
export function Strength({ field, words, scale }) {
  const [verdict, setVerdict] = useState(null);
  const root = useRef(null);

  useEffect(() => {
    const form = root.current.closest("form");
    const input = form?.elements[field];
    if (!input) return;
    let timer = 0;
    let asked = 0;
    const judge = async () => {
      const mine = ++asked;
      if (!input.value) {
        setVerdict(null);
        return;
      }
      const draft = { password: input.value.slice(0, 1024) };
      for (const about of ["email", "name"]) draft[about] = form.elements[about]?.value?.slice(0, 1024) ?? "";
      try {
        const answer = await fetch("/api/auth/password-strength", {
          method: "POST",
          credentials: "same-origin",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify(draft),
        });
        if (answer.ok && mine === asked) setVerdict(await answer.json());
      } catch {
        // only a hint: the form itself says when the server cannot be reached
      }
    };
    const typed = () => {
      clearTimeout(timer);
      timer = setTimeout(judge, PAUSE_MS);
    };
    input.addEventListener("input", typed);
    return () => {
      clearTimeout(timer);
      input.removeEventListener("input", typed);
    };
  }, [field]);

  return (
    <div ref={root} className="strength" data-score={verdict?.score ?? ""} aria-live="polite">
      {verdict && (
        <>
          <div className="strength__track" aria-hidden="true">
            {[0, 1, 2, 3].map((step) => (
              <span key={step} className={verdict.score > step ? "is-on" : ""} />
            ))}
          </div>
          <span className="small">
            {words}: {scale[verdict.score]}. {verdict.sentence}
          </span>
        </>
      )}
    </div>
  );
}
