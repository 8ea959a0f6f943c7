// Looks again at what changes while it is shown. Without it the page loads itself anew.
"use strict";

(() => {
  const every = 1000;

  const look = async () => {
    const shown = document.querySelector("[data-live]");
    if (!shown) {
      return;
    }
    try {
      const answer = await fetch(location.pathname + location.search, { redirect: "error" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const newer = page.getElementById(shown.id);
      if (answer.ok && newer) {
        shown.toggleAttribute("data-live", newer.hasAttribute("data-live"));
        shown.replaceChildren(...newer.childNodes);
      }
    } catch { /* The next look may fare better. */ }
    setTimeout(look, every);
  };

  setTimeout(look, every);
})();
