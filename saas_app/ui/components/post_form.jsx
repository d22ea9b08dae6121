import { useEffect, useRef } from "react";
import { useStepUp } from "./step_up.jsx";

// What the page's first script took out of the address before anything could see it there.
function kept(name) {
  try {
    return sessionStorage.getItem(`${name}:${window.location.pathname}`) ?? "";
  } catch {
    return "";
  }
}

// A form that talks plain HTTP: what is typed (passwords above all) never enters the page's
// state or its websocket. Success follows the answer's `next`, a refusal puts each sentence
// beside its field and keeps everything that was typed. Where a fresh proof is wanted, a dialog
// asks for it and the same request is sent again; then the page must be loaded anew.
export function PostForm({ action, verb = "POST", codePages, words, codeLinks, afterText, afterHref, children, ...rest }) {
  const [request, dialog] = useStepUp(words);
  const form = useRef(null);
  const status = useRef(null);

  useEffect(() => {
    const query = new URLSearchParams(window.location.search);
    for (const field of form.current.querySelectorAll("input[data-from-query]")) {
      field.value = query.get(field.name) ?? kept(field.name);
    }
  }, []);

  const say = (tone, text, link) => {
    status.current.dataset.tone = tone;
    status.current.textContent = text;
    if (link?.href) {
      const anchor = document.createElement("a");
      anchor.href = link.href;
      anchor.textContent = link.text;
      status.current.append(" ", anchor);
    }
  };

  const mark = (fields) => {
    let first = null;
    for (const slot of form.current.querySelectorAll("[data-error-for]")) {
      const sentence = fields?.[slot.dataset.errorFor] ?? "";
      slot.textContent = sentence;
      const input = form.current.elements[slot.dataset.errorFor];
      input?.setAttribute("aria-invalid", sentence ? "true" : "false");
      if (sentence && !first) first = input;
    }
    first?.focus();
  };

  const typed = () => {
    const values = {};
    for (const field of form.current.elements) {
      if (!field.name) continue;
      values[field.name] = field.type === "checkbox" ? field.checked : field.value;
    }
    return values;
  };

  const send = async (event) => {
    event.preventDefault();
    const button = form.current.querySelector("button[type=submit]");
    if (button.disabled) return;
    button.disabled = true;
    button.classList.add("is-busy");
    mark({});
    say("", "");
    let moving = false;
    const { ok, status: code, body, renewed } = await request(verb, action, typed());
    if (!code) say("bad", words.unreachable);
    else if (ok && (body.next || renewed)) {
      moving = true;
      if (body.next) window.location.assign(body.next);
      else window.location.reload();
    } else if (ok) {
      say("good", body.message ?? "", { href: afterHref, text: afterText });
      status.current.focus();
    } else if (codePages?.[body.code]) {
      moving = true;
      window.location.assign(codePages[body.code]);
    } else {
      const link = codeLinks?.[body.code];
      const email = form.current.elements.email?.value;
      say("bad", body.detail, link && { text: link.text, href: email ? `${link.href}?email=${encodeURIComponent(email)}` : link.href });
      mark(body.fields);
    }
    if (!moving) {
      button.disabled = false;
      button.classList.remove("is-busy");
    }
  };

  return (
    <>
      <form ref={form} action={action} method="post" noValidate onSubmit={send} {...rest}>
        {children}
        <p ref={status} className="form__status" role="status" aria-live="polite" tabIndex={-1} />
      </form>
      {dialog}
    </>
  );
}
