/** A class that extends this puts its private fields on the object that it is given, not on a new one. */
export class ReturnedObject {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: this is how a private field gets onto another object.
    return object
  }
}
