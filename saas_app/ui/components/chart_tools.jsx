import { useEffect, useState } from "react";
import { useNavigate } from "react-router";
import { clock, fill } from "./chart_figures.js";
import { save } from "./chart_picture.js";

// What is of the moment and remembered nowhere: the alert at a price, fitting, a picture, all of the
// screen. What is remembered comes in as `children`.
export function Tools({ children, painting, root, ready, price, automatic, onFit, newAlert, facts, digits, words }) {
  const navigate = useNavigate();
  const [full, setFull] = useState(false);

  useEffect(() => {
    const changed = () => setFull(document.fullscreenElement === root.current);
    document.addEventListener("fullscreenchange", changed);
    return () => document.removeEventListener("fullscreenchange", changed);
  }, [root]);

  const fill_screen = () => (full ? document.exitFullscreen() : root.current.requestFullscreen?.());
  const picture = () => {
    const caption = fill(words.picture_caption, { ...facts, brand: words.brand, time: clock(Date.now() / 1000) });
    save(painting.current, caption, `${facts.symbol}-${facts.timeframe}.png`);
  };
  // Where the pointer is, or else what was clicked or is the last price.
  const at = () => (painting.current?.under() ?? price)?.toFixed(digits);

  return (
    <div className="chart__tools">
      {children}
      {newAlert && ready && (
        <button
          type="button"
          id="chart-alert"
          className="button button--quiet button--small"
          title={words.alert_hint}
          aria-label={words.alert_here}
          onClick={() => navigate(newAlert + at())}
        >
          <Icon d="M10.3 21a2 2 0 0 0 3.4 0M15 8h6M18 5v6M20 14.5c.3.7.9 1.6 1.4 2a1 1 0 0 1-.7 1.5H3.3a1 1 0 0 1-.7-1.6C4 15 5 13.5 5 9a6 6 0 0 1 8.8-5.3" />
          <span className="hide-small">{words.alert_here}</span>
        </button>
      )}
      <span className="chart__spring" />
      <button
        type="button"
        className="button button--quiet button--small"
        title={words.auto_hint}
        aria-pressed={automatic}
        onClick={onFit}
      >
        {words.auto}
      </button>
      <Press label={words.picture} onClick={picture} disabled={!ready} d="M14.5 4h-5L7 7H4a2 2 0 0 0-2 2v9a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2V9a2 2 0 0 0-2-2h-3zM12 10a3 3 0 1 0 0 6 3 3 0 0 0 0-6z" />
      <Press label={words.fullscreen} pressed={full} onClick={fill_screen} d="M8 3H5a2 2 0 0 0-2 2v3M16 3h3a2 2 0 0 1 2 2v3M8 21H5a2 2 0 0 1-2-2v-3M16 21h3a2 2 0 0 0 2-2v-3" />
    </div>
  );
}

function Press({ label, pressed, d, ...rest }) {
  return (
    <button
      type="button"
      className="button button--quiet button--small"
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      {...rest}
    >
      <Icon d={d} />
    </button>
  );
}

function Icon({ d }) {
  return (
    <svg width="16" height="16" viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <path d={d} />
    </svg>
  );
}
