"""What a plugin in Python must not rely on: the fact `trap` says which, the fee tells what came of it.

`plugins/README.md` explains each.
"""

import math
import random
import time

from wit_world.exports import Rules as Contract
from wit_world.exports.rules import Application, Assessment, FeeDue, FeeResult, TimeLimitResult_None_

# Texts are hashed with a seed that is drawn when the plugin is built: this order is the same in every instance, and
# another one in the next build.
ORDER = list({"clock", "random", "wide", "float", "order", "fraction"})


class Rules(Contract):
    def assess(self, application: Application) -> Assessment:
        told = {fact.fact: fact.value.value for fact in application.facts}
        match ["clock", "random", "wide", "float", "order", "fraction", "sum"][told[0]]:
            case "clock":
                # There is no clock: no answer.
                amount = int(time.time())
            case "random":
                # The same number in every instance.
                amount = random.randrange(1_000_000_000)
            case "wide":
                # 999: whole numbers are exact.
                amount = told[1].units % 1000
            case "sum":
                # 989: beyond 2^53 too.
                amount = told[1].units * 11 % 1000
            case "float":
                # 29 % of 100 is 28.
                amount = math.floor(0.29 * 100)
            case "order":
                amount = sum(10**place * len(text) for place, text in enumerate(ORDER))
            case _:
                # Not whole: no answer.
                amount = 1.5
        return Assessment([], [], [], TimeLimitResult_None_(), [FeeResult(0, FeeDue.DUE, amount, amount, None)], [], [])
