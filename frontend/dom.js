// The only place where elements are made. Text is always text: nothing here parses HTML, so a product title with
// markup in it is shown, not run.

const SVG = "http://www.w3.org/2000/svg";

/** Makes an element. `attrs`: attributes; `on`: {event: handler}; `value`, `checked`, ... are set as properties. */
export function h(tag, attrs = {}, ...children) {
  return fill(document.createElement(tag), attrs, children);
}

/** The same for SVG. */
export function s(tag, attrs = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attrs, children);
}

const PROPERTIES = new Set(["value", "checked", "selected", "indeterminate", "disabled", "open", "hidden", "required"]);

function fill(element, attrs, children) {
  for (const [name, value] of Object.entries(attrs ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") {
      for (const [event, handler] of Object.entries(value)) element.addEventListener(event, handler);
    } else if (name === "style") {
      throw new Error("inline styles are blocked by the content security policy: use a class or a custom property");
    } else if (PROPERTIES.has(name) && name in element) {
      element[name] = value;
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  // The value of a select can only be set once its options are there.
  append(element, children);
  if (element.tagName === "SELECT" && attrs?.value !== undefined) element.value = attrs.value;
  return element;
}

/** Appends nodes and texts; arrays are flattened, null and false are left out. */
export function append(element, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(element, child);
    else element.append(child instanceof Node ? child : String(child));
  }
  return element;
}

/** Replaces everything inside `element`. */
export function put(element, ...children) {
  element.replaceChildren();
  return append(element, children);
}

/** A path, a chain or a name as code that may be broken after its dots, underscores, commas and bars, and nowhere else. */
export function codeText(text, attrs = {}) {
  const parts = String(text).split(/(?<=[._,|])/);
  return h("code", attrs, parts.map((part, at) => [at > 0 && h("wbr"), part]));
}

/** Sets a custom property through the CSSOM, which the content security policy allows. */
export function cssVar(element, name, value) {
  element.style.setProperty(name, String(value));
  return element;
}

let last = 0;

/** An id that no other element of this page has. */
export function freshId(prefix) {
  last += 1;
  return `${prefix}-${last}`;
}

/** Calls `run` once things have been quiet for `ms`; the answer has a `cancel`. */
export function debounce(run, ms) {
  let timer = 0;
  const later = (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...args), ms);
  };
  later.cancel = () => clearTimeout(timer);
  return later;
}
