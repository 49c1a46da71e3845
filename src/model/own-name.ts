/** The name of this package's scripts that have no file. */
export const OWN_NAME = 'async-trace'
