"""Which model judges: the team's own, where one is in use and fits what is shipped; else the shipped one."""

import logging

from knowledge.errors import ZhikeError
from knowledge.model import Model, loads
from knowledge.systems import PRIMARY, System, Systems
from store import models
from store.db import Database
from store.models import InUse

logger = logging.getLogger(__name__)


class Unfit(ZhikeError):
    """团队自己的模型用不了，用的是自带的。请再运行 zhike retrain。"""


def base(system: System) -> str:
    """The digest of the corpus that the shipped model of a system was fitted on."""
    return str(system.model.trained.get("corpus", ""))


def team_model(kept: InUse, system: System) -> Model:
    """The team's model, ready to judge.

    Raises:
        Unfit: it was fitted on another corpus than the shipped one, or cannot be read.
    """
    if kept.base != base(system):
        raise Unfit("团队自己的模型是按旧语料训练的，没有启用，用的是自带的。请再运行 zhike retrain。")
    try:
        model = loads(kept.body, "the team's model")
    except ValueError as fault:
        raise Unfit("团队自己的模型读不出来，用的是自带的。请再运行 zhike retrain。") from fault
    if not system.types.keys() <= set(model.labels):
        raise Unfit
    return model


def with_team_model(systems: Systems, db: Database, id: str = PRIMARY) -> Systems:
    """The systems as this team's bot uses them."""
    kept = db.read_now(models.in_use, id)
    if kept is None:
        return systems
    try:
        model = team_model(kept, systems[id])
    except Unfit as fault:
        logger.warning("%s", fault, extra={"action": "team_model_unfit"})
        return systems
    logger.info("the team's own model judges", extra={"action": "team_model_used"})
    return systems.with_model(id, model)
