// Inside Telegram the page takes Telegram's colours and its back button. Everything works without.
"use strict";

(() => {
  const launched = new URLSearchParams(location.hash.slice(1));
  const native = window.TelegramWebviewProxy;
  const framed = window.parent !== window;
  const names = {
    bg_color: "--ground",
    secondary_bg_color: "--card",
    text_color: "--text",
    link_color: "--link",
    button_color: "--button",
    button_text_color: "--button-text",
  };

  const remember = (key, value) => {
    try {
      sessionStorage.setItem(key, value);
    } catch { /* Storage may be off in a frame: only the next page looks plainer. */ }
  };
  const recall = (key) => {
    try {
      return sessionStorage.getItem(key);
    } catch {
      return null;
    }
  };

  const parts = (colour) =>
    /^#[0-9a-f]{6}$/i.test(colour) ? colour.match(/[0-9a-f]{2}/gi).map((p) => parseInt(p, 16)) : null;

  const paint = (text) => {
    let colours;
    try {
      colours = JSON.parse(text || "{}") || {};
    } catch {
      return;
    }
    const root = document.documentElement;
    for (const [name, property] of Object.entries(names)) {
      if (parts(colours[name])) {
        root.style.setProperty(property, colours[name]);
      }
    }
    const [ground, letters, hint] =
      ["bg_color", "text_color", "hint_color"].map((name) => parts(colours[name]));
    if (letters && hint) {
      // Telegram's hints are too faint for sentences.
      const between = letters.map((part, at) => Math.round((part + hint[at]) / 2));
      root.style.setProperty("--quiet", `rgb(${between})`);
    }
    if (ground) {
      const dark = 0.3 * ground[0] + 0.6 * ground[1] + 0.1 * ground[2] < 128;
      root.classList.toggle("night", dark);
      root.classList.toggle("day", !dark);
    }
  };

  const post = (type, data) => {
    const text = JSON.stringify(data);
    if (native) {
      native.postEvent(type, text);
    } else if (framed) {
      const event = JSON.stringify({ eventType: type, eventData: data });
      window.parent.postMessage(event, "https://web.telegram.org");
    }
  };

  const receive = (type, data) => {
    if (type === "back_button_pressed") {
      history.back();
    } else if (type === "theme_changed" && data && data.theme_params) {
      remember("theme", JSON.stringify(data.theme_params));
      paint(recall("theme"));
    }
  };

  if (launched.has("tgWebAppVersion") || launched.has("tgWebAppData")) {
    remember("launched", "yes");
    remember("theme", launched.get("tgWebAppThemeParams") || "{}");
    const proof = document.querySelector("form[data-telegram] input[name=init_data]");
    if (proof && launched.get("tgWebAppData")) {
      proof.value = launched.get("tgWebAppData");
      proof.form.hidden = false;
    }
    // Who somebody is does not stay in the address.
    history.replaceState(null, "", location.pathname + location.search);
    remember("first", location.pathname + location.search);
  }
  if (recall("launched") !== "yes") {
    return;
  }
  paint(recall("theme"));
  window.Telegram = { WebView: { receiveEvent: receive } };
  window.addEventListener("message", (event) => {
    if (event.origin !== "https://web.telegram.org") {
      return;
    }
    try {
      const message = JSON.parse(event.data);
      receive(message.eventType, message.eventData);
    } catch { /* Not a message of Telegram's. */ }
  });
  const deeper = recall("first") !== location.pathname + location.search;
  post("web_app_setup_back_button", { is_visible: deeper });
  post("web_app_ready", {});
})();
