// Looks again at what changes while it is shown. Without it the page loads itself anew.
"use strict";

(() => {
  const every = 1000;

  // What a button is called and what it sends: another one never gets the focus of one that went.
  const likeness = (button) =>
    button.textContent + [...button.form.elements].map((field) => field.value).join("\n");

  const replace = (shown, newer) => {
    const held = shown.contains(document.activeElement) && document.activeElement.closest("button");
    const wanted = held && likeness(held);
    shown.toggleAttribute("data-live", newer.hasAttribute("data-live"));
    shown.replaceChildren(...newer.childNodes);
    if (held) {
      [...shown.querySelectorAll("button")].find((one) => likeness(one) === wanted)?.focus();
    }
  };

  const look = async () => {
    const shown = document.querySelector("[data-live]");
    if (!shown) {
      // What was said of a form concerned what has ended by now.
      document.querySelector("main > [role=status]")?.remove();
      return;
    }
    try {
      const answer = await fetch(location.pathname + location.search, { redirect: "manual" });
      if (answer.type === "opaqueredirect") {
        // The session is over: with the bot that was started anew, or by its time.
        location.replace(location.pathname + location.search);
        return;
      }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const newer = page.getElementById(shown.id);
      if (answer.ok && newer) {
        replace(shown, newer);
      }
    } catch { /* The next look may fare better. */ }
    setTimeout(look, every);
  };

  if (document.querySelector("[data-live]")) {
    setTimeout(look, every);
  }
})();
