/** Requests that ask for the picture: they are no part of it. */
export const askingRequests = new WeakSet<object>()
