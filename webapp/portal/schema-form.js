// @ts-check
import {make} from '../tidings/style.js';
import {say, sayOr} from './texts.js';

/**
 * As much of JSON Schema as a form can show.
 * @typedef {object} Rules
 * @property {string} [type]
 * @property {string} [title]
 * @property {string} [description]
 * @property {unknown[]} [enum]
 * @property {Rules} [items]
 * @property {number} [minItems]
 * @property {number} [minimum]
 * @property {number} [maximum]
 * @property {number} [minLength]
 * @property {number} [maxLength]
 * @property {string} [pattern]
 * @property {unknown} [default]
 * @property {unknown[]} [examples]
 * @property {string[]} [required]
 * @property {Record<string, Rules>} [properties]
 */

/**
 * One field of the form.
 * `read` gives undefined for what was left out.
 * @typedef {{name: string, element: HTMLElement, read: () => unknown, fault: (text: string) => void}} Field
 */

/**
 * A form for the parameters of a job type, made from their JSON Schema: an object of numbers, texts, choices, yes or no, and
 * lists.
 * What is no such thing can be typed as JSON. The server checks all of it again.
 */
export class SchemaForm {
  /** @type {Field[]} */
  #fields = [];

  /** @param {HTMLElement} place @param {Rules} schema @param {string} type the job type's name */
  constructor(place, schema, type) {
    const required = new Set(schema?.required ?? []);
    /** @type {HTMLElement[]} */
    const first = [];
    /** @type {HTMLElement[]} */
    const later = [];
    for (const [name, rules] of Object.entries(schema?.properties ?? {})) {
      const field = fieldFor(
        name,
        {...rules, title: sayOr(`${type}.${name}.title`, rules?.title ?? words(name))},
        required.has(name),
      );
      this.#fields.push(field);
      (required.has(name) || isListOfChoices(rules) ? first : later).push(field.element);
    }
    if (later.length > 0) {
      const box = make('details', {}, make('summary', {}, say('moreSettings')), make('div', {}, ...later));
      box.open = first.length === 0 && later.length <= 3;
      first.push(box);
    }
    place.replaceChildren(...first);
  }

  /** @returns {Record<string, unknown>} @throws {RangeError} a field can't be read; it is marked */
  read() {
    /** @type {Record<string, unknown>} */
    const params = {};
    for (const {name, read, fault} of this.#fields) {
      fault('');
      try {
        const value = read();
        if (value !== undefined) params[name] = value;
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        fault(text);
        throw new RangeError(text);
      }
    }
    return params;
  }

  /**
   * Marks the field that a fault of the server is about.
   * @param {string} pointer such as `/params/delimiter` (RFC 6901)
   * @param {string} text
   * @returns {boolean} whether there is such a field
   */
  mark(pointer, text) {
    const field = this.#fields.find(
      ({name}) => pointer === `/params/${name}` || pointer.startsWith(`/params/${name}/`),
    );
    field?.fault(text);
    return !!field;
  }
}

/** @param {Rules} rules */
const isListOfChoices = (rules) => rules?.type === 'array' && Array.isArray(rules.items?.enum);

/** @param {string} name */
const words = (name) => name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/^./, (c) => c.toUpperCase());

/** @param {string} name @param {Rules} rules @param {boolean} required @returns {Field} */
function fieldFor(name, rules, required) {
  const label = rules.title ?? words(name);
  if (isListOfChoices(rules)) return choices(name, label, rules, required);
  if (rules.type === 'boolean') return yesOrNo(name, label, rules);
  const input = Array.isArray(rules.enum) ? choice(rules, required) : line(rules);
  input.id = `param-${name}`;
  input.required = required;
  const hint = make('small', {}, rules.description ?? '');
  const element = make(
    'label',
    {class: 'field'},
    make('span', {}, label, ...(required ? [] : [' ', make('small', {}, say('optional'))])),
    input,
  );
  if (rules.description) element.append(hint);
  const read = () => {
    const text = input.value;
    if (text === '') {
      if (required && !(rules.type === 'string' && rules.minLength === undefined && rules.default === ''))
        throw new RangeError(say('fillIn', label));
      return undefined;
    }
    if (rules.type === 'integer' || rules.type === 'number') return number(label, text, rules);
    if (rules.enum) return rules.enum.find((value) => String(value) === text);
    if (rules.type === 'array')
      return text
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean);
    if (rules.type === 'string' || rules.type === undefined) {
      if (!matches(rules.pattern, text)) {
        throw new RangeError(rules.description ? `${label}: ${rules.description}` : say('wrongForm', label));
      }
      return text;
    }
    try {
      return JSON.parse(text);
    } catch {
      throw new RangeError(say('notJson', label));
    }
  };
  return {name, element, read, fault: (text) => mark(input, text)};
}

/**
 * A pattern that only Java understands, such as `(?i)abc`, is left to the server to check.
 * @param {string | undefined} pattern
 * @param {string} text
 */
function matches(pattern, text) {
  if (!pattern) return true;
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return true;
  }
}

/** @param {Rules} rules */
function line(rules) {
  const input = make('input', {autocomplete: 'off'});
  const numeric = rules.type === 'integer' || rules.type === 'number';
  if (numeric) {
    input.type = 'number';
    input.step = rules.type === 'integer' ? '1' : 'any';
    if (rules.minimum !== undefined) input.min = String(rules.minimum);
    if (rules.maximum !== undefined) input.max = String(rules.maximum);
  }
  if (rules.maxLength) input.maxLength = rules.maxLength;
  if (rules.default !== undefined)
    input.value = Array.isArray(rules.default) ? rules.default.join(', ') : String(rules.default);
  const example = rules.examples?.[0];
  if (example !== undefined) input.placeholder = say('example', example);
  return input;
}

/** @param {Rules} rules @param {boolean} required */
function choice(rules, required) {
  const select = make('select');
  if (!required) select.append(new Option('', ''));
  for (const value of rules.enum ?? []) select.append(new Option(String(value), String(value)));
  if (rules.default !== undefined) select.value = String(rules.default);
  return select;
}

/** @param {string} name @param {string} label @param {Rules} rules @param {boolean} required @returns {Field} */
function choices(name, label, rules, required) {
  const offered = rules.items?.enum ?? [];
  const picked = Array.isArray(rules.default) ? rules.default : [offered[0]];
  const boxes = offered.map((value) => {
    const box = make('input', {type: 'checkbox', value: String(value)});
    box.checked = picked.includes(value);
    return box;
  });
  const element = make(
    'fieldset',
    {},
    make('legend', {}, label),
    ...boxes.map((/** @type {HTMLInputElement} */ box) => make('label', {class: 'choice'}, box, box.value)),
  );
  const read = () => {
    const values = offered.filter((_, at) => boxes[at].checked);
    if (values.length < (rules.minItems ?? (required ? 1 : 0))) throw new RangeError(say('pickOne', label));
    return values.length > 0 || required ? values : undefined;
  };
  return {name, element, read, fault: (text) => text && boxes[0]?.focus()};
}

/** @param {string} name @param {string} label @param {Rules} rules @returns {Field} */
function yesOrNo(name, label, rules) {
  const box = make('input', {type: 'checkbox'});
  box.checked = rules.default === true;
  let touched = false;
  box.onchange = () => (touched = true);
  const element = make('label', {class: 'check'}, box, label);
  if (rules.description) element.title = rules.description;
  return {
    name,
    element,
    read: () => (touched || rules.default !== undefined ? box.checked : undefined),
    fault: () => {},
  };
}

/** @param {string} label @param {string} text @param {Rules} rules */
function number(label, text, rules) {
  const value = Number(text);
  if (!Number.isFinite(value)) throw new RangeError(say('notNumber', label));
  if (rules.type === 'integer' && !Number.isInteger(value)) throw new RangeError(say('notWhole', label));
  if (value < (rules.minimum ?? -Infinity)) throw new RangeError(say('atLeast', label, rules.minimum));
  if (value > (rules.maximum ?? Infinity)) throw new RangeError(say('atMost', label, rules.maximum));
  return value;
}

/** A fault stands below its field and is tied to it. @param {HTMLElement} input @param {string} text empty: it is right now */
function mark(input, text) {
  const id = `${input.id}-fault`;
  document.getElementById(id)?.remove();
  if (text) {
    input.after(make('small', {id, class: 'field-fault'}, text));
    input.setAttribute('aria-describedby', id);
    input.setAttribute('aria-invalid', 'true');
    /** @type {HTMLDetailsElement | null} */ (input.closest('details'))?.setAttribute('open', '');
    input.focus();
  } else {
    input.removeAttribute('aria-invalid');
    input.removeAttribute('aria-describedby');
  }
}
