"""Adam in torch's fused kernel, without `torch.optim`: that imports torch's compiler, three seconds of every job."""

from collections.abc import Iterable

import torch
from torch import Tensor

EPSILON = 1e-8  # torch.optim's


class Adam:
    """The steps of `torch.optim.Adam(..., fused=True)`, to the bit (Kingma and Ba 2015).

    Args:
        parameters: what is learned; every one has a gradient in every step.
        learning_rate: the size of a step.
        betas: how much of the means of gradients and of their squares is kept in a step.
    """

    def __init__(self, parameters: Iterable[Tensor], learning_rate: float, betas: tuple[float, float]) -> None:
        self.parameters = [parameter.requires_grad_() for parameter in parameters]
        self.learning_rate, self.betas = learning_rate, betas
        self.means, self.squares = ([torch.zeros_like(one) for one in self.parameters] for _ in range(2))
        self.steps = [one.new_zeros(()) for one in self.parameters]

    def zero_grad(self) -> None:
        for parameter in self.parameters:
            parameter.grad = None

    @torch.no_grad()
    def step(self) -> None:
        torch._foreach_add_(self.steps, 1)
        torch._fused_adam_(
            self.parameters,
            [parameter.grad for parameter in self.parameters],  # type: ignore[misc]
            self.means,
            self.squares,
            [],
            self.steps,
            lr=self.learning_rate,
            beta1=self.betas[0],
            beta2=self.betas[1],
            weight_decay=0,
            eps=EPSILON,
            amsgrad=False,
            maximize=False,
        )
