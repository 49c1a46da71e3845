// Who may import whom: the house's rules (docs/how-it-works.md), checked in CI.
const folder = (name) => `^src/${name}/`
const only = (from, ...to) => ({
  name: `${from}-imports-only-${to.join('-') || 'nothing-of-ours'}`,
  severity: 'error',
  from: { path: folder(from) },
  to: { path: '^src/', pathNot: [from, ...to].map(folder) },
})
const oneImporter = (packageName, importer) => ({
  name: `${packageName}-has-one-importer`,
  severity: 'error',
  from: { path: '^src/', pathNot: importer },
  to: { path: `node_modules/${packageName}/` },
})

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    only('model'),
    only('engine', 'model'),
    only('format', 'model'),
    only('page', 'format', 'model'),
    only('endpoint', 'format', 'model'),
    only('record', 'engine', 'model'),
    only('patches', 'record', 'engine', 'model'),
    only('heap', 'model'),
    only('memory', 'heap', 'model'),
    only('operating-system', 'memory', 'model'),
    only('waits', 'heap', 'model'),
    only('walk', 'waits', 'record', 'operating-system', 'heap', 'engine', 'model'),
    only('attach', 'operating-system', 'waits', 'walk', 'heap', 'memory', 'engine', 'model'),
    only('snapshot-file', 'attach', 'waits', 'heap', 'engine', 'model'),
    only('testing', 'patches', 'threads', 'walk', 'waits', 'record', 'format', 'engine', 'model'),
    only('threads', 'record', 'walk', 'engine', 'model'),
    {
      name: 'patches-not-each-other',
      severity: 'error',
      from: { path: folder('patches') },
      to: { path: folder('patches'), pathNot: '^src/patches/(?:patch|pool-job)\\.ts$' },
    },
    oneImporter('shimmer', '^src/patches/patch\\.ts$'),
    oneImporter('callsites', '^src/engine/call-sites\\.ts$'),
    oneImporter('stacktrace-parser', '^src/engine/call-sites\\.ts$'),
    oneImporter('ws', '^src/attach/devtools-session\\.ts$'),
    oneImporter('@jridgewell/trace-mapping', '^src/engine/source-maps\\.ts$'),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
  },
}
