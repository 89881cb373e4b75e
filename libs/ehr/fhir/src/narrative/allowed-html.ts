/**
 * What a narrative may hold by http://hl7.org/fhir/R4/narrative.html: the elements and attributes of chapters 7 to 11 (without
 * section 9.4, `ins` and `del`) and 15 of HTML 4.0, `a`, and images. No deprecated element; deprecated attributes of the others,
 * such as `align`, are of those chapters and harmless. Maps of images belong to images, as HL7's own validator has it.
 */
const everywhere = words('id class style title lang xml:lang dir accesskey tabindex xmlns');
const aligned = words('align');
const cells = words('align valign char charoff');
const columns = [...cells, ...words('span width')];
const fields = [...cells, ...words('abbr axis headers scope rowspan colspan nowrap width height bgcolor')];

const plain = words(
  'span address bdo em strong dfn code samp kbd var cite abbr acronym sub sup tt i b big small dd dt',
);

/** Element → the attributes it may have. */
const elements: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  [
    ...plain.map((name) => [name, []] as const),
    ...words('div p h1 h2 h3 h4 h5 h6 caption').map((name) => [name, aligned] as const),
    ...words('thead tbody tfoot').map((name) => [name, cells] as const),
    ...words('col colgroup').map((name) => [name, columns] as const),
    ...words('td th').map((name) => [name, fields] as const),
    ...words('blockquote q').map((name) => [name, ['cite']] as const),
    ['pre', words('width xml:space')] as const,
    ['br', ['clear']] as const,
    ['ul', words('type compact')] as const,
    ['ol', words('type compact start')] as const,
    ['li', words('type value')] as const,
    ['dl', ['compact']] as const,
    ['tr', [...cells, 'bgcolor']] as const,
    ['table', words('summary width border frame rules cellspacing cellpadding align bgcolor')] as const,
    ['hr', words('align noshade size width')] as const,
    ['a', words('name href charset type hreflang rel rev shape coords')] as const,
    ['img', words('src alt name longdesc height width usemap ismap align border hspace vspace')] as const,
    ['map', ['name']] as const,
    ['area', words('shape coords href nohref alt')] as const,
  ].map(([name, own]) => [name, new Set([...everywhere, ...own])]),
);

/** Names that say nothing of a patient: an element of another name is not named to whoever sent it. */
const refused: ReadonlySet<string> = new Set(
  words(
    'applet article aside audio base basefont bdi blink body button canvas center data datalist del details dialog dir embed ' +
      'fieldset figcaption figure font footer form frame frameset head header hgroup html iframe input ins isindex keygen label ' +
      'legend link listing main mark marquee math menu meta meter nav noembed noframes noscript object optgroup option output ' +
      'param picture plaintext portal progress rp rt ruby s script search section select slot source strike style summary svg ' +
      'template textarea time title track u video wbr xml xmp',
  ),
);

/** The attributes that an element may have; undefined: a narrative may not hold the element. */
export function attributesOf(element: string): ReadonlySet<string> | undefined {
  return elements.get(element);
}

/** A refused element as it may be shown to whoever sent it: by its name where that is one of HTML's, and no data. */
export function describeElement(element: string): string {
  return refused.has(element) ? `<${element}>, which is not allowed` : 'an element that is not allowed';
}

function words(text: string): readonly string[] {
  return text.split(' ');
}
