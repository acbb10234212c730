/**
 * Files from elsewhere: chosen, dropped or pasted.
 */

/** Call back with a file whenever one is chosen, dropped on the page or pasted. */
export function listen(page, inputs, onFile) {
  for (const input of inputs) {
    input.addEventListener("change", () => {
      if (input.files[0]) onFile(input.files[0]);
      input.value = ""; // so that the same file can be chosen again
    });
  }
  page.addEventListener("dragover", (event) => event.preventDefault());
  page.addEventListener("drop", (event) => take(event, event.dataTransfer, onFile));
  page.addEventListener("paste", (event) => take(event, event.clipboardData, onFile));
}

/** Whether the page may ask for a camera: on a secure origin, and in frames that allow it. */
export function hasCamera() {
  const { featurePolicy } = /** @type {any} */ (document);
  return Boolean(navigator.mediaDevices?.getUserMedia) && featurePolicy?.allowsFeature("camera") !== false;
}

function take(event, transfer, onFile) {
  const file = transfer?.files[0];
  if (!file) return;
  event.preventDefault();
  onFile(file);
}
