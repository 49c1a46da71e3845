// What a program may call its functions, tasks and files to do harm wherever they are shown.

export const HOSTILE = {
  'clear the screen': '\u001b[2J\u001b[H',
  'set the title': '\u001b]0;owned\u0007',
  'a link': '\u001b]8;;http://evil.example\u001b\\click\u001b]8;;\u001b\\',
  'copy to the clipboard': '\u001b]52;c;cm0gLXJm\u0007',
  'C1 introducer': '\u009b31m\u009d0;owned\u009c',
  'overwrite the line': 'bad\rgood',
  'a forged line': 'x\n    at forged (/etc/passwd:1:1)',
  'line separators': 'a\u2028b\u2029c\u0085d',
  backspaces: 'evil\b\b\b\bgood',
  delete: 'a\u007fb',
  'direction overrides': '\u202egnp.exe\u202c \u2066a\u2069 \u200f\u200e\u061c',
  'what nobody sees': 'a\u200bb\u00adc\ufeffd\u2060e\u{e0041}',
  'halves of surrogate pairs': 'a\ud800b\udc00',
  null: 'a\u0000b',
  'tabs and feeds': 'a\tb\vc\fd',
  'the end of a script': '</script><script>alert(1)</script>',
  'the end of a comment': '--><img src=x onerror=alert(1)>',
  'the end of CDATA': ']]><b>',
  'HTML attributes': '" onmouseover="alert(1)" \' x=\'',
  entities: '&lt;b&gt; &#60;i&#62; &quot;',
  'the end of a quoted string': '"]; n9 [label="owned"]; x -> y; "',
  backslashes: 'a\\" \\\\" \\n \\N \\G \\',
  'a Mermaid directive': '%%{init: {"securityLevel": "loose"}}%%',
  'a Mermaid link': '"]; click n1 "javascript:alert(1)"',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what shall stay text.
  'Markdown and templates': '`${process.exit(1)}` **b** [a](javascript:1) ```',
  'words of the languages': 'end subgraph digraph class n1 strict',
}

/** What a terminal obeys, breaks a line at, turns the direction of the text with, or does not show. */
export const ACTIVE = /[^\P{C}\n]|[\u2028\u2029]/u
