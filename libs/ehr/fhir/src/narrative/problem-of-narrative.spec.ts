import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { validateResource } from '../validate-resource.ts';
import { problemOfNarrative } from './problem-of-narrative.ts';

const div = (content: string) => `<div xmlns="http://www.w3.org/1999/xhtml">${content}</div>`;
const problem = (content: string) => problemOfNarrative(div(content));

describe('a narrative may hold', () => {
  it.each(
    (
      'span address bdo em strong dfn code samp kbd var cite abbr acronym sub sup tt i b big small p h1 h2 h3 h4 h5 h6 div ' +
      'blockquote q pre a table caption ul ol dl map'
    ).split(' '),
  )('<%s>', (name) => {
    expect(problem(`<${name}>x</${name}>`)).toBeUndefined();
    expect(problem(`<${name} id="a" class="b" style="color: red" title="c" lang="de" xml:lang="de" dir="ltr">x</${name}>`)).toBeUndefined(); // prettier-ignore
  });

  it.each([
    '<ul type="disc"><li value="2">x</li></ul><ol start="3" type="a" compact="compact"><li>x</li></ol>',
    '<dl><dt>x</dt><dd>y</dd></dl>',
    '<table border="1" summary="s" width="1" frame="box" rules="all" cellspacing="0" cellpadding="0"><caption>c</caption><colgroup span="2"><col width="1*"/></colgroup><thead><tr><th scope="col" abbr="a" axis="b" headers="c">x</th></tr></thead><tfoot><tr align="char" char="." charoff="1" valign="top"><td>x</td></tr></tfoot><tbody><tr><td colspan="2" rowspan="2" nowrap="nowrap" bgcolor="#fff">x</td></tr></tbody></table>',
    'x<br/><br clear="all"/><hr noshade="noshade" size="1" width="50%"/>',
    '<pre xml:space="preserve">x</pre>',
    '<blockquote cite="https://example.org">x</blockquote><q cite="#a">x</q>',
    '<a name="x"/><a href="#x">y</a>',
    '<img src="#pic" alt="a" longdesc="d" height="1" width="1" usemap="#m" ismap="ismap"/>',
    '<map name="m"><area shape="rect" coords="0,0,1,1" href="Patient/1" alt="a"/></map>x',
    '<!-- made by a program -->x',
    '<!-- <b>x</b> -->x',
    '&lt;script&gt;alert(1)&lt;/script&gt;',
    '&auml;&nbsp;&#228;&#xE4;&amp;&quot;&apos;&Omega;&euro;',
    '&nbsp;',
    '山田 👩‍⚕️ \r\n\t',
    'javascript:alert(1)',
    '<p>on the first day, onclick="x"</p>',
    '<p title="onclick=alert(1) javascript:alert(1)">x</p>',
  ])('%s', (content) => {
    expect(problem(content)).toBeUndefined();
  });

  it.each([
    ...['http://example.org/a?b=c:d#e', 'HTTPS://example.org', 'ftp://example.org/x', 'mailto:a@example.org', 'tel:+49-1'],
    ...['urn:uuid:0190', 'urn:oid:1.2', '#a', 'Patient/1', '../x.html', '/x:y', '?a=b:c', '//example.org/x', '', ' https://example.org '],
  ])('a link to "%s"', (address) => {
    expect(problem(`<a href="${address}">x</a>`)).toBeUndefined();
  }); // prettier-ignore

  it.each([
    ...['https://example.org/a.png', '#pic', 'Binary/1', 'data:image/png;base64,AAAA', 'data: image/png;base64,AAAA'],
    ...['data:image/gif;base64,AAAA', 'DATA:image/JPEG;base64,AA\n\tAA'],
  ])('a picture of "%s", and nothing else', (address) => {
    expect(problem(`<img src="${address}"/>`)).toBeUndefined();
  }); // prettier-ignore

  it.each([
    'font-family: "Times New Roman"; width: 3em',
    'background-image: url(data: image/png;base64,AAAA)',
    `background: url('data:image/gif;base64,AAAA') no-repeat, url( "data:image/png;base64,AAAA" )`,
    '/* a comment */ color: red',
    'font-family: Café',
    'curl: 1',
  ])('the style %s', (style) => {
    expect(problem(`<p style="${style.replaceAll('"', '&quot;')}">x</p>`)).toBeUndefined();
  });
});

describe('a narrative may not hold', () => {
  it.each(
    (
      'html head body title meta base link style script noscript form input button select textarea option label fieldset frame ' +
      'frameset iframe noframes object embed applet param svg math video audio canvas template s strike u font basefont center ' +
      'dir menu isindex ins del marquee'
    ).split(' '),
  )('<%s>, and says so', (name) => {
    expect(problem(`x<${name}>x</${name}>`)).toEqual({
      rule: 'txt-1',
      says: `a narrative holds <${name}>, which is not allowed: remove it`,
    });
  });

  it.each([
    ['an unknown element, which it does not name', '<canary>x</canary>'],
    ['an element of a namespace', '<svg:script xmlns:svg="http://www.w3.org/2000/svg">canary</svg:script>'],
    ['XHTML by a prefix', '<h:script xmlns:h="http://www.w3.org/1999/xhtml">canary</h:script>'],
    ['an element in capitals', '<SCRIPT>canary</SCRIPT>'],
    ['an allowed element in capitals', '<B>canary</B>'],
    ['an element of another namespace', '<p xmlns="http://www.w3.org/2000/svg">canary</p>'],
    ['a prefix', '<p xmlns:canary="http://www.w3.org/1999/xlink">x</p>'],
    ['an xlink', '<a xlink:href="https://canary">x</a>'],
    ['an unknown attribute, which it does not name', '<p canary="x">x</p>'],
    ['an attribute of another element', '<p href="https://canary">x</p>'],
    ['an attribute of frames', '<a target="_blank" href="#canary">x</a>'],
    ['xml:base', '<p xml:base="https://canary">x</p>'],
    ['an attribute twice', '<p id="canary" id="canary">x</p>'],
    ['an attribute without quotes', '<p id=canary>x</p>'],
    ['an attribute without a value', '<p id="a" canary>x</p>'],
    ['an open element', '<p>canary'],
    ['elements that overlap', '<b><i>canary</b></i>'],
    ['a bare &', 'you & canary'],
    ['a bare <', '1 < canary'],
    ['an entity of HTML 5', '&canary;&nvlt;'],
    ['an entity of a prototype', '&constructor;'],
    ['an entity of a prototype itself', '&__proto__;'],
    ['an entity without an end', '&amp canary'],
    ['a character that XML has not', '&#0;canary'],
    ['a number beyond Unicode', '&#x110000;canary'],
    ['an escape in a style', '<p style="font-family: canary\\e9">x</p>'],
    ['CDATA', '<![CDATA[canary]]>'],
    ['an instruction', '<?canary x?>'],
    ['a comment that HTML ends at once', '<!--> canary -->x'],
    ['a comment that HTML ends soon', '<!---> canary -->x'],
    ['a conditional comment', '<!--[if IE]>canary<![endif]-->x'],
    ['-- in a comment', '<!-- canary -- x -->x'],
  ])('%s', (_, content) => {
    const found = problem(content);
    expect(found?.rule).toBe('txt-1');
    expect(found?.says).not.toContain('canary');
  });

  it.each([
    ['nothing', ''],
    ['no <div>', '<p xmlns="http://www.w3.org/1999/xhtml">x</p>'],
    ['two', `${div('x')}${div('y')}`],
    ['text before it', `x${div('x')}`],
    ['text after it', `${div('x')}x`],
    ['no namespace', '<div>x</div>'],
    ['another namespace', '<div xmlns="http://hl7.org/fhir">x</div>'],
    ['a DOCTYPE', `<!DOCTYPE html>${div('x')}`],
    ['entities of its own', `<!DOCTYPE div [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>${div('&b;')}`],
    ['an external entity', `<!DOCTYPE div [<!ENTITY a SYSTEM "file:///etc/passwd">]>${div('&a;')}`],
    ['an XML declaration', `<?xml version="1.0"?>${div('x')}`],
    ['a stylesheet', `<?xml-stylesheet href="x"?>${div('x')}`],
    ['nothing that is closed', '<div xmlns="http://www.w3.org/1999/xhtml">x'],
  ])('%s, instead of one <div> of XHTML', (_, narrative) => {
    expect(problemOfNarrative(narrative)?.rule).toBe('txt-1');
  });

  it.each([
    '',
    ' \t\r\n ',
    '<p> </p>',
    '<!-- x -->',
    '<br/>',
    '<img alt="x"/>',
    '<a name="x"/>',
    '&#32;&#10;',
  ])('nothing that one can read: %j', (content) => {
    expect(problem(content)?.rule).toBe('txt-2');
  });
});

describe('a narrative is read', () => {
  it('wherever it is: contained, in sections, in a bundle', () => {
    const narrative = { status: 'generated', div: div('<script>Canary</script>') };
    const contained = { resourceType: 'Patient', id: 'p', text: narrative };
    const document = {
      resourceType: 'Composition',
      section: [{ text: narrative, section: [{ text: narrative }] }],
      contained: [contained],
    };
    const bundle = { resourceType: 'Bundle', type: 'document', entry: [{ resource: document }] };
    const issues = validateResource(bundle, 'Bundle').filter(({ code }) => code === 'invariant');
    const at = 'Bundle.entry[0].resource';
    expect(issues.map(({ expression }) => expression)).toEqual([
      `${at}.section[0].text.div`,
      `${at}.section[0].section[0].text.div`,
      `${at}.contained[0].text.div`,
    ]);
    expect(issues[0]?.diagnostics).toBe(
      `${at}.section[0].text.div breaks rule txt-1: a narrative holds <script>, which is not allowed: remove it.`,
    );
  });

  it('to its end or the first problem, in a time that grows with its length alone', () => {
    const open = '<div xmlns="http://www.w3.org/1999/xhtml">';
    const hostile = (n: number) => [
      div('x'.repeat(n)),
      div('<b>x</b>'.repeat(n / 8)),
      open + '<b>'.repeat(n / 3),
      `<div ${'id="x" '.repeat(n / 7)}>x</div>`,
      `<div ${Array.from({ length: n / 8 }, (_, i) => `a${i}=""`).join(' ')}>x</div>`,
      ...['&amp;', '&', '<', '<!--', '-', '<![CDATA[', ']', '<?', '?', ' ', '\r\n', '</'].map((part) => open + part.repeat(n / part.length)),
      ...['/*', '\\', 'url(', 'url(  ', 'expression ', 'url', ' ', 'behavior   '].map((part) => div(`<b style="${part.repeat(n / part.length)}">x</b>`)),
      ...[' ', 'a:', 'data:', '#'].map((part) => div(`<a href="${part.repeat(n / part.length)}">x</a>`)),
    ]; // prettier-ignore
    const slowest = (n: number) =>
      Math.max(
        ...hostile(n).map((narrative) => {
          // Of this process: another one may have much to do.
          const begin = process.cpuUsage();
          problemOfNarrative(narrative);
          const { user, system } = process.cpuUsage(begin);
          return (user + system) / 1000;
        }),
      );
    slowest(10_000);
    // A megabyte takes a tenth of a second; what grows with the square would take minutes.
    expect(slowest(1_000_000)).toBeLessThan(5_000);
  });

  it('without an error of its own, whatever it holds', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...'<>/="\'&;!-[]? dibx:#\u0000\u00a0') }).map(div),
    );
    fc.assert(
      fc.property(anything, (text) => {
        const found = problemOfNarrative(text);
        expect(['txt-1', 'txt-2', undefined]).toContain(found?.rule);
      }),
      { numRuns: 2_000 },
    );
  });
});
