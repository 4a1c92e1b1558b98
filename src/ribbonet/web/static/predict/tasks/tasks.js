// Predictions that are no secondary structure, by their kind. Each has its name, what it draws on
// the ruler (`tracks`), what is said of a residue (`told`), and what explains it (`legend`).

import { Classes } from "./classes.js";
import { Values } from "./values.js";

const KINDS = { classes: Classes, values: Values };

// What a model of a name gives, a member of a line of JSON; `about` is what the server says of it.
export const layerOf = (name, about, given) => new KINDS[about.kind](name, about, given);
