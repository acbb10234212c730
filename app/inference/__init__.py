"""From ink to a reply."""

from app.inference.batch import batch_reply, prepare_batch
from app.inference.micro_batching import QUICK_BYTES, MicroBatcher, is_quick
from app.inference.open_inference import infer
from app.inference.reply import model_info, number_reply, predict_reply, read_reply, weights_of_unit
from app.inference.statistics import model_statistics
from app.inference.tensorflow_serving import parse_predictions, prediction_reply, prepare_predictions
