using Tiltas.Contracts.Codes;
using Tiltas.Referral.Returns;

namespace Tiltas.Referral.Tests.Returns;

public sealed class ReturnRuleTests
{
    private static readonly DateOnly Today = new(2026, 3, 12);

    [Fact]
    public void Overrides_AreThoseOfThePublishedApi() =>
        Assert.Equal(Enum.GetNames<ReturnOverride>().Prepend("Unspecified"), Enum.GetNames<Protos.Codes.V1.ReturnOverride>());

    /// <summary>Every need and purpose, before and after each day, against the rule in words: a return, and a period that is paused or has this day in it.</summary>
    [Fact]
    public void Protects_EveryNeedAndPurpose_OnEachDay()
    {
        var protectedOnes = 0;
        foreach (var need in Enum.GetValues<Need>())
            foreach (var purpose in Enum.GetValues<Purpose>())
                foreach (var (reflection, holds) in new (KnownReflection?, bool)[]
                {
                    (null, false), (new(ReflectionState.Running, Today.AddDays(-1)), false), (new(ReflectionState.Running, Today), true), (new(ReflectionState.Running, Today.AddDays(20)), true),
                    (new(ReflectionState.Paused, null), true), (new(ReflectionState.Ended, null), false),
                })
                {
                    var expected = holds && (need.ToString() == "SafeReturn" || purpose.ToString() == "Return");
                    Assert.Equal(expected, ReturnRule.Protects(need, purpose, reflection, Today));
                    if (expected) protectedOnes++;
                }
        Assert.Equal(3 * (Enum.GetValues<Need>().Length + Enum.GetValues<Purpose>().Length - 1), protectedOnes);
    }
}
