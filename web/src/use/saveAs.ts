/** Hands a fetched file to the browser to be saved under a name. */
export function saveAs(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  // The browser has taken hold of it once the click is done.
  setTimeout(() => URL.revokeObjectURL(address));
}
