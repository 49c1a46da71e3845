/**
 * The helper functions that compilers put in place of `async` and of generators, by the shape of their own text: never by
 * their names, which minifiers change and which functions of the program may have as well. A helper that a minifier has
 * rewritten beyond these shapes is not recognised, and shows as a frame like any other.
 *
 * In a shape, a space is any white space, `%` any name, and `$x` one name that is the same wherever `$x` stands.
 */
export type HelperKind = 'called inside' | 'returned' | 'step' | 'generator'

export interface HelperShape {
  readonly kind: HelperKind
  /** The group `entry` is the head of the function that the author's function calls. */
  readonly pattern: RegExp
  /** Whether the helper goes on to the brace that closes its head. */
  readonly isOpen: boolean
}

const NAME = '[\\w$\\u0080-\\uffff]+'

function shaped(shape: string, flags: string): RegExp {
  const known = new Set<string>()
  const source = shape
    .replace(/\$([a-zA-Z]+)/g, (_, name: string) => {
      if (known.has(name)) return `\\k<${name}>`
      known.add(name)
      return `(?<${name}>${NAME})`
    })
    .replaceAll('%', NAME)
    .replaceAll(' ', '\\s*')
  return new RegExp(source, flags)
}

const ONE_VALUE = String.raw`(?:function % \( % \)|(?:var |let |const )?% = (?:function \( % \)|\(? % \)? =>)) \{`
const RESUMES = (call: string) =>
  String.raw`try \{ $step\( $gen${call}\( % \) \) ;? \} catch \( % \) \{ $reject\( % \) ;? \} ;? \}`

/** `__awaiter` of TypeScript and of tslib, `__async` of esbuild. */
const AWAITER = [
  String.raw`(?<entry>function (?:%)? \( [^()]* \)|\( [^()]* \) =>) \{?`,
  String.raw`(?:function % \( % \) \{ [^{}]*(?:\{[^{}]*\}[^{}]*)?\})? (?:return )?`,
  String.raw`new (?:%|\( % (?:\|\| \( % = Promise \) )?\)) \( \(?`,
  String.raw`(?:function \( % , % \)|\( % , % \) =>) \{`,
  ONE_VALUE,
  RESUMES(String.raw`\.next`),
  '[,;]?',
  ONE_VALUE,
  RESUMES(String.raw`(?:\.throw|\["throw"\])`),
  String.raw`[^]{0,200}?$result\.done \? $resolve\( $result\.value \) : [^]{0,300}?\.then\( % , % \)`,
  String.raw`[^]{0,80}?$step\( \( $gen = $gen\.apply\( [^()]{1,80}\) \)\.next\(\) \)`,
].join(' ')

/** `_asyncToGenerator` of Babel and swc. */
const TO_GENERATOR = [
  String.raw`function (?:%)? \( $fn \) \{ return (?<entry>function \( \)) \{ (?:var|let|const) $self = this , $args = arguments ;`,
  String.raw`return new Promise \( \(? function \( % , % \) \{ (?:var|let|const) $gen = $fn\.apply\( $self , $args \)`,
  String.raw`[^]{0,600}?["']next["'][^]{0,300}?["']throw["'][^]{0,200}?(?:undefined|void 0) \)`,
].join(' ')

/** The same of Babel 6, which has its step inside. */
const TO_GENERATOR_OF_BABEL_6 = [
  String.raw`function (?:%)? \( $fn \) \{ return (?<entry>function \( \)) \{ var $gen = $fn\.apply\( this , arguments \) ;`,
  String.raw`return new Promise \( \(? function \( % , % \) \{ function $step \( $key , $arg \) \{ try \{`,
  String.raw`var $info = $gen\[ $key \]\( $arg \)`,
  String.raw`[^]{0,500}?["']next["'][^]{0,200}?["']throw["'][^]{0,120}?return $step\( ["']next["'] \)`,
].join(' ')

/** `asyncGeneratorStep` of Babel and swc. */
const STEP = [
  String.raw`function (?:%)? \( $gen , $resolve , $reject , $next , $throw , $key , $arg \) \{ try \{`,
  String.raw`var $info = $gen\[ $key \]\( $arg \) [,;] (?:var )?$value = $info\.value ;? \}`,
  String.raw`catch \( $error \) \{ (?:return void )?$reject\( $error \) [^}]{0,80}\}`,
  String.raw`[^]{0,60}?$info\.done [^]{0,60}?$resolve\( $value \) [^]{0,120}?\( $value \)\.then\( $next , $throw \)`,
].join(' ')

/** `__generator` of TypeScript, `_ts_generator` of swc. */
const GENERATOR = String.raw`function (?:%)? \( % , % \) \{ (?:var|let|const) [^{}]{0,160}\{ label: 0 , sent: function \( \) \{ if \(`

/** What a shape is looked for in: the text around a function. */
export const SHAPES: readonly HelperShape[] = [
  { kind: 'called inside', pattern: shaped(AWAITER, 'dg'), isOpen: false },
  { kind: 'returned', pattern: shaped(TO_GENERATOR, 'dg'), isOpen: false },
  { kind: 'returned', pattern: shaped(TO_GENERATOR_OF_BABEL_6, 'dg'), isOpen: false },
  { kind: 'step', pattern: shaped(STEP, 'dg'), isOpen: false },
  { kind: 'generator', pattern: shaped(GENERATOR, 'dg'), isOpen: true },
]

const RUNS_ALREADY = String.raw`throw (?:new )?(?:Type)?Error\( ["']Generator is already running["'] \)`

/** Functions of the regenerator runtime, each by its own text, which has to stand at the function's beginning. */
export const REGENERATOR: readonly RegExp[] = [
  String.raw`function (?:%)? \( %(?: , %){1,2} \) \{ if \( [^(){}]{1,60}\) \{? ${RUNS_ALREADY}`,
  String.raw`function (?:%)? \( %(?: , %){1,2} \) \{ (?:var [^;{}]{1,80};)? if \( [^(){}]{1,60}\) \{? ${RUNS_ALREADY}`,
  String.raw`function (?:%)? \( $arg \) \{ return this\._invoke\( [^(){}]{1,40} , $arg \) ;? \}`,
  String.raw`function (?:%)? \( $fn , $obj , $arg \) \{ try \{ return \{ type: ["']normal["'] , arg: $fn\.call\( $obj , $arg \)`,
].map((shape) => shaped(shape, 'y'))

/** A function of Babel's that only calls what `_asyncToGenerator` returned: the author's function is what it stands for. */
export const FORWARDS: readonly RegExp[] = [
  String.raw`(?:function )?(?:%)? \( [^()]* \) \{ return %\.apply\( this , arguments \) ;? \}`,
  String.raw`function $own \( [^()]* \) \{ (?:return \( )?$own = `,
].map((shape) => shaped(shape, 'y'))

/** How the argument of `_asyncToGenerator` begins: with the function, or with what marks it for the regenerator runtime. */
export const BEGINS_WITH_FUNCTION = shaped(
  String.raw`(?:\/\*[^*]*\*\/ )?(?:%(?:\(\))?(?:\.%)*\( )*(?:\/\*[^*]*\*\/ )?function\b`,
  'y',
)

/** The text before a call whose promise goes to the helper at once: `yield call()`. */
export const YIELDED =
  /(?:(?:^|[^\w$.])yield\s+|\[\s*4\s*(?:\/\*yield\*\/)?,\s*|\.(?:next|n)\s*=\s*\d+\s*[;,]\s*(?:return\s+)?)(?:\(0,\s*)?(?:[\w$#]+\??\.)*$/
