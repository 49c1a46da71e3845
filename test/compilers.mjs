// Every compiler that turns async functions into something else, as a function of TypeScript to JavaScript and its map.
import { transformAsync } from '@babel/core'
import { transform as swc } from '@swc/core'
import { transform as esbuild } from 'esbuild'
import ts from 'typescript'

const typescript = (target, importHelpers) => (text, fileName) => {
  const compilerOptions = {
    target,
    module: ts.ModuleKind.ESNext,
    sourceMap: true,
    importHelpers,
    downlevelIteration: true,
  }
  const { outputText, sourceMapText } = ts.transpileModule(text, { fileName, compilerOptions })
  return { code: outputText, map: sourceMapText }
}

const esbuildTo = (options) => (text, sourcefile) =>
  esbuild(text, { loader: 'ts', sourcefile, sourcemap: true, ...options })

const swcTo = (target) => (text, filename) =>
  swc(text, {
    filename,
    sourceMaps: true,
    configFile: false,
    swcrc: false,
    jsc: { target, parser: { syntax: 'typescript' } },
  })

const babelTo = (targets) => async (text, fileName) => {
  const js = typescript(ts.ScriptTarget.ESNext, false)(text, fileName)
  const { code, map } = await transformAsync(js.code, {
    filename: fileName,
    babelrc: false,
    configFile: false,
    sourceMaps: true,
    inputSourceMap: JSON.parse(js.map),
    presets: [['@babel/preset-env', { targets, modules: false }]],
  })
  return { code, map: JSON.stringify(map) }
}

export const compilers = {
  'no compiler': typescript(ts.ScriptTarget.ES2022, false),
  'tsc to ES5': typescript(ts.ScriptTarget.ES5, false),
  'tsc to ES5 with tslib': typescript(ts.ScriptTarget.ES5, true),
  'tsc to ES2015': typescript(ts.ScriptTarget.ES2015, false),
  'tsc to ES2016 with tslib': typescript(ts.ScriptTarget.ES2016, true),
  'esbuild to ES2016': esbuildTo({ target: 'es2016' }),
  'esbuild to ES2016, minified': esbuildTo({ target: 'es2016', minify: true, format: 'esm' }),
  'esbuild, minified': esbuildTo({ minify: true, format: 'esm' }),
  'swc to ES5': swcTo('es5'),
  'swc to ES2015': swcTo('es2015'),
  'babel with regenerator': babelTo('ie 11'),
  'babel with asyncToGenerator': babelTo('chrome 51'),
}
