// An address that leads nowhere.

import { emptyState, pageHeader } from "../components/header.js";
import { h } from "../dom.js";

export default function nowhere(page) {
  page.show(
    pageHeader("There is nothing here"),
    emptyState("This address is not known", `${page.path} is no part of this page.`, h("a", { class: "button primary", href: "#/" }, "Go to the dashboard")),
  );
}
