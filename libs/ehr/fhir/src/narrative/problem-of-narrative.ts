import { characterEntitiesHtml4 } from 'character-entities-html4';
import { SaxesParser } from 'saxes';
import { attributesOf, describeElement } from './allowed-html.ts';
import { problemOfValue } from './allowed-values.ts';

/** A rule of http://hl7.org/fhir/R4/narrative.html#Narrative that a narrative breaks. */
interface NarrativeProblem {
  readonly rule: 'txt-1' | 'txt-2';
  /** What is wrong and the fix, without a word of the narrative: that is patient data. */
  readonly says: string;
}

const XHTML = 'http://www.w3.org/1999/xhtml';
/** HL7's examples have twenty levels at most. */
const MAX_DEPTH = 100;
/** More than any element may have. */
const MAX_ATTRIBUTES = 40;

/** XML's own and those of HTML 4. Without a prototype: `&constructor;` is none. */
const entities: Record<string, string> = Object.assign(
  Object.create(null) as object,
  characterEntitiesHtml4,
  { apos: "'" },
);

interface Element {
  readonly name: string;
  readonly allowed: ReadonlySet<string>;
}

/** Ends the reading at the first problem. */
class Refused extends Error {
  readonly problem: NarrativeProblem;
  constructor(says: string, rule: NarrativeProblem['rule'] = 'txt-1') {
    super(says);
    this.problem = { rule, says };
  }
}

/**
 * The first thing that is wrong with a narrative by FHIR's rules txt-1 (basic HTML, and nothing that runs) and txt-2 (it says
 * something); undefined: it may be stored. What is left reads the same as XML and as HTML: sections that one takes for text and
 * the other for markup are refused. The time is linear in the length.
 */
export function problemOfNarrative(xhtml: string): NarrativeProblem | undefined {
  try {
    read(xhtml);
    return undefined;
  } catch (error) {
    if (error instanceof Refused) return error.problem;
    throw error;
  }
}

function read(xhtml: string): void {
  const parser = new SaxesParser({ position: false });
  parser.ENTITIES = entities;
  let depth = 0;
  let attributes = 0;
  let element: Element = { name: 'div', allowed: new Set() };
  let saysSomething = false;
  parser.on('opentagstart', ({ name }) => {
    depth += 1;
    attributes = 0;
    if (depth === 1 && name !== 'div') throw new Refused('a narrative is one <div>: put all of it into one');
    if (depth > MAX_DEPTH)
      throw new Refused(`elements are nested ${MAX_DEPTH} levels deep at most: flatten it`);
    element = { name, allowed: attributesOf(name) ?? refuseElement(name) };
  });
  parser.on('attribute', ({ name, value }) => {
    attributes += 1;
    if (attributes > MAX_ATTRIBUTES)
      throw new Refused(`<${element.name}> has too many attributes: remove some`);
    checkAttribute(name, value, element);
  });
  parser.on('opentag', ({ name, attributes: { xmlns, src } }) => {
    if (depth === 1 && xmlns === undefined) throw new Refused(`the <div> is of XHTML: add xmlns="${XHTML}"`);
    if (name === 'img' && src !== undefined) saysSomething = true;
  });
  parser.on('closetag', () => {
    depth -= 1;
  });
  parser.on('text', (text) => {
    saysSomething ||= /[^ \t\r\n]/u.test(text);
  });
  parser.on('comment', checkComment);
  parser.on('cdata', () => {
    throw new Refused('text is written without CDATA: write &lt; and &amp; instead');
  });
  parser.on('doctype', refuseInstruction);
  parser.on('xmldecl', refuseInstruction);
  parser.on('processinginstruction', refuseInstruction);
  parser.on('error', () => {
    throw new Refused(
      'it is well-formed XML with the entities of HTML 4: close every element, quote every attribute, write & as &amp;',
    );
  });
  parser.write(xhtml).close();
  if (!saysSomething)
    throw new Refused('a narrative says something: add text or an image, or leave it out', 'txt-2');
}

function refuseElement(name: string): never {
  const lower = name.toLowerCase();
  throw new Refused(
    lower !== name && attributesOf(lower)
      ? 'names of elements are in lower case: correct them'
      : `a narrative holds ${describeElement(lower)}: remove it`,
  );
}

function checkAttribute(name: string, value: string, { name: element, allowed }: Element): void {
  if (!allowed.has(name))
    throw new Refused(
      /^on/iu.test(name)
        ? 'a narrative runs nothing: remove the event attribute (on…)'
        : `<${element}> has an attribute that it may not have in a narrative: remove it`,
    );
  if (name === 'xmlns' && value !== XHTML)
    throw new Refused(`all elements are of XHTML: correct xmlns to "${XHTML}"`);
  const says = problemOfValue(name, value);
  if (says !== undefined) throw new Refused(says);
}

/** Where HTML ends a comment earlier than XML does, or Internet Explorer reads on, the rest of it is markup. */
function checkComment(comment: string): void {
  if (/^-?>|^\s*\[|\]\s*$/u.test(comment))
    throw new Refused('a comment begins with a word, and has no condition for a browser: remove it');
}

function refuseInstruction(): never {
  throw new Refused('a narrative has neither a DOCTYPE nor an instruction (<?…?>): remove it');
}
