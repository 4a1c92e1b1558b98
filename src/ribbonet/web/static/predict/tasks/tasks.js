// What models predict, by its kind. A layer is what one of them predicts of a chain: its row in the
// list (`strip`, `cells`), what is said of a residue (`word`, `bars`) and what explains it (`legend`);
// but for secondary structure what it draws on the ruler (`tracks`) and says beside another layer (`told`).

import { Classes } from "./classes.js";
import { Structure } from "./structure.js";
import { Values } from "./values.js";

const KINDS = { structure: Structure, classes: Classes, values: Values };

// What a model of a name gives, a member of a line of JSON; `about` is what the server says of its task.
export const layerOf = (name, about, given) => new KINDS[about.kind]({ name, about, given });

// Orders of chains by what is predicted of them, each with its label.
export const ordersOf = (about) => KINDS[about.kind].orders(about);
