// The page's markup, style and script as text: scripts/build.mjs makes the module from src/page.
export declare const body: string
export declare const style: string
export declare const script: string
