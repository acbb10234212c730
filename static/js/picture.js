/**
 * Pictures of digits from elsewhere: chosen, dropped or pasted.
 */

/** What the service reads as it is. */
const READABLE = new Set(["image/png", "image/jpeg", "image/webp"]);

/** Bytes above which a picture is made smaller first; the service takes 4 MiB. */
const LARGE = 3_500_000;

/** Pixels along the longer side of a picture that was made smaller; more would not be looked at. */
const SMALLER = 1024;

/** A file that cannot be shown as a picture. Its message is for people. */
export class NoPicture extends Error {}

/**
 * A file as a picture to show and as bytes to send.
 *
 * @param {Blob} file
 * @returns {Promise<{bitmap: ImageBitmap, blob: Blob}>}
 * @throws {NoPicture}
 */
export async function load(file) {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new NoPicture("This is no picture that the browser can show. Try a PNG, JPEG or WebP.");
  });
  const fits = READABLE.has(file.type) && file.size <= LARGE;
  return fits ? { bitmap, blob: file } : smaller(bitmap);
}

/** Call back with a file whenever one is chosen, dropped on the page or pasted. */
export function listen(page, input, onFile) {
  input.addEventListener("change", () => {
    if (input.files[0]) onFile(input.files[0]);
    input.value = ""; // so that the same file can be chosen again
  });
  page.addEventListener("dragover", (event) => event.preventDefault());
  page.addEventListener("drop", (event) => take(event, event.dataTransfer, onFile));
  page.addEventListener("paste", (event) => take(event, event.clipboardData, onFile));
}

function take(event, transfer, onFile) {
  const file = transfer?.files[0];
  if (!file) return;
  event.preventDefault();
  onFile(file);
}

/** As a PNG of its own, with the bitmap that the places in the reply are of. */
async function smaller(bitmap) {
  const scale = Math.min(1, SMALLER / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  return { bitmap: await createImageBitmap(canvas), blob };
}
