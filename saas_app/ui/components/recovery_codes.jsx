import { useEffect, useRef, useState } from "react";
import { useStepUp } from "./step_up.jsx";

// The codes as they are shown this once: on screen, to copy, to keep as a file.
export function Codes({ codes, words, next }) {
  const head = useRef(null);
  const [said, say] = useState("");
  const whole = `${words.file_head}\n\n${codes.join("\n")}\n`;

  useEffect(() => head.current?.focus(), []);

  const copy = () =>
    navigator.clipboard.writeText(whole).then(
      () => say(words.copied),
      () => say(words.not_copied),
    );

  const keep = () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([whole], { type: "text/plain" }));
    link.download = "recovery-codes.txt";
    link.click();
    URL.revokeObjectURL(link.href);
  };

  return (
    <div className="stack">
      <h3 ref={head} tabIndex={-1}>{words.codes_title}</h3>
      <p>{words.codes_lead}</p>
      <ol className="codes">
        {codes.map((code) => (
          <li key={code}><code>{code}</code></li>
        ))}
      </ol>
      <div className="row">
        <button type="button" className="button button--secondary" onClick={copy}>{words.copy}</button>
        <button type="button" className="button button--secondary" onClick={keep}>{words.download}</button>
        <a className="button button--primary" href={next}>{words.kept}</a>
      </div>
      <p role="status" className="quiet small">{said}</p>
    </div>
  );
}

// Ten new ones in place of the old.
export function NewCodes({ words }) {
  const [send, dialog] = useStepUp(words);
  const [made, setMade] = useState(null);
  const [said, say] = useState("");

  if (made) return <Codes codes={made.recovery_codes} words={words} next={made.next} />;

  const make = async () => {
    const answer = await send("POST", "/api/user/two-factor/recovery-codes");
    if (answer.ok) setMade(answer.body);
    else say(answer.body.detail ?? words.unreachable);
  };

  return (
    <div className="stack stack--tight">
      <div>
        <button type="button" className="button button--secondary" onClick={make}>{words.make_codes}</button>
      </div>
      <p className="form__status" role="status" data-tone="bad">{said}</p>
      {dialog}
    </div>
  );
}
