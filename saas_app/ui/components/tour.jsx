import { useEffect } from "react";
import { useNavigate } from "react-router";
import { driver } from "driver.js";
import "driver.js/dist/driver.css";

const PATIENCE = 4000; // ms until what has not appeared counts as absent

// The first visible one: the same place stands in the rail and in the bar of a phone.
const find = (anchor) =>
  [...document.querySelectorAll(`[data-tour="${anchor}"]`)].find(
    (element) => element.getClientRects().length > 0 && element.checkVisibility(),
  );

const until = (ready, stop) =>
  new Promise((resolve) => {
    const deadline = performance.now() + PATIENCE;
    const look = () => {
      if (stop.aborted) return;
      if (ready() || performance.now() > deadline) resolve();
      else setTimeout(look, 50);
    };
    look();
  });

// The address without the word that began the tour: a reload then goes on instead of beginning anew.
const forget = () => {
  const url = new URL(window.location.href);
  if (!url.searchParams.has("tour")) return;
  url.searchParams.delete("tour");
  window.history.replaceState(window.history.state, "", url);
};

// The bubble is a dialog of its own, not a pop-up of what it points at; the way on has the focus.
const settle = (element) => {
  for (const name of ["aria-haspopup", "aria-expanded", "aria-controls"]) element?.removeAttribute(name);
  document.querySelector(".driver-popover-next-btn")?.focus();
};

// One page of the guided tour. A new `run` begins it; steps whose element is not there are left
// out; at either end it goes on to the page before or after.
export function Tour({ run, path, steps, first, before, total, onward, backward, words, onReach, onClose, onFinish }) {
  const navigate = useNavigate();

  useEffect(() => {
    if (!run || window.location.pathname !== path) return;
    const stop = new AbortController();
    const begun = document.activeElement;
    let guide = null;

    const leave = (to) => {
      guide?.destroy();
      if (to) navigate(to);
      else if (begun?.isConnected) begun.focus();
    };

    const begin = () => {
      const there = steps.filter((step) => find(step.anchor));
      if (!there.length) {
        if (onward) navigate(onward);
        else onFinish();
        return;
      }
      const wanted = steps[first]?.id;
      const at = Math.max(0, there.findIndex((step) => step.id === wanted));
      guide = driver({
        animate: false,
        smoothScroll: false,
        allowClose: true,
        overlayClickBehavior: () => {},
        disableActiveInteraction: true,
        overlayOpacity: 0.6,
        stagePadding: 6,
        stageRadius: 12,
        popoverClass: "tour",
        steps: there.map((step, number) => page(step, number, there.length - 1)),
        onHighlighted: (element, step) => {
          onReach(step.id);
          requestAnimationFrame(() => settle(element));
        },
        onDestroyStarted: (_element, step) => {
          onClose(step?.id ?? "");
          leave("");
        },
      });
      guide.drive(at);
    };

    const page = (step, number, last) => ({
      id: step.id,
      element: () => find(step.anchor),
      popover: {
        title: step.title,
        description: step.text,
        showProgress: true,
        progressText: words.progress
          .replace("{step}", before + steps.indexOf(step) + 1)
          .replace("{steps}", total),
        nextBtnText: number === last && !onward ? words.done : words.next,
        prevBtnText: words.back,
        showButtons: number > 0 || backward ? ["next", "previous", "close"] : ["next", "close"],
        disableButtons: [],
        onPopoverRender: (popover) => {
          popover.wrapper.setAttribute("aria-modal", "true");
          // Its header and footer are elements that would count as the page's own.
          popover.title.setAttribute("role", "presentation");
          popover.footer.setAttribute("role", "presentation");
          popover.closeButton.setAttribute("aria-label", words.close);
          popover.description.setAttribute("aria-live", "polite");
        },
        onNextClick: () => {
          if (number < last) guide.moveNext();
          else if (onward) leave(onward);
          else {
            onFinish();
            leave("");
          }
        },
        onPrevClick: () => (number > 0 ? guide.movePrevious() : backward && leave(backward)),
      },
    });

    until(() => find((steps[first] ?? steps[0])?.anchor), stop.signal).then(() => {
      forget();
      begin();
    });
    return () => {
      stop.abort();
      guide?.destroy();
    };
    // Only a new run begins: what else changes belongs to the run that is under way.
  }, [run]);

  return null;
}
