using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using MassTransit;

namespace Tiltas.Architecture.Tests;

/// <summary>How types are made.</summary>
public sealed partial class ShapeTests
{
    private static IEnumerable<Type> Messages => House.Types(House.Contracts).Where(type => Version().IsMatch(type.Namespace!));

    /// <summary>Because a published message is immutable, and its address outlives the names in the code.</summary>
    [Fact]
    public void Messages_AreSealedRecords_AddressedByHandWithAVersion()
    {
        Assert.True(Messages.Count() > 15);
        foreach (var message in Messages)
        {
            var version = Version().Match(message.Namespace!).Groups["v"].Value;
            Assert.True(message.IsSealed && message.GetMethod("<Clone>$") is not null, $"{message.Name} is no sealed record");
            Assert.EndsWith($":v{version}", message.GetCustomAttribute<MessageUrnAttribute>()?.Urn.ToString());
            Assert.Contains($".v{version}.", message.GetCustomAttribute<EntityNameAttribute>()?.EntityName);
            foreach (var property in message.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            {
                var set = property.SetMethod!.ReturnParameter.GetRequiredCustomModifiers();
                Assert.True(set.Contains(typeof(IsExternalInit)), $"{message.Name}.{property.Name} can be changed");
                Assert.True(property.IsDefined(typeof(RequiredMemberAttribute)) || new NullabilityInfoContext().Create(property).ReadState == NullabilityState.Nullable, $"{message.Name}.{property.Name} is neither required nor optional");
            }
        }
    }

    /// <summary>Because a version that borrows another's types changes with it; contexts share ids and codes alone.</summary>
    [Fact]
    public void Messages_BorrowNoTypesFromEachOther()
    {
        foreach (var message in Messages)
            foreach (var type in message.GetProperties().Select(property => property.PropertyType).SelectMany(House.TypesOf).Where(type => type.Assembly == House.Contracts))
                Assert.True(type.Namespace is "Tiltas.Contracts" or "Tiltas.Contracts.Codes" || type.Namespace == message.Namespace, $"{message.FullName} borrows {type.FullName}");
    }

    /// <summary>Because a class that may be inherited has to be thought through for it, and none of these was.</summary>
    [Fact]
    public void Classes_AreSealed_UnlessInherited()
    {
        var inherited = House.Types(House.Product).Select(type => type.BaseType).OfType<Type>().Select(type => type.IsGenericType ? type.GetGenericTypeDefinition() : type).ToHashSet();
        Assert.Empty(House.Types(House.Product).Where(type => type is { IsClass: true, IsSealed: false, IsAbstract: false } && !inherited.Contains(type)).Select(type => type.FullName));
    }

    /// <summary>Because a closed set that anybody can add to is not closed: an abstract record's constructor is its own.</summary>
    [Fact]
    public void ClosedSets_AreClosed()
    {
        var sets = House.Types(House.Product).Where(type => type.IsAbstract && !type.IsSealed && type.GetMethod("<Clone>$") is not null).ToList();
        Assert.Contains(sets, set => set.Name == "ReferralState");
        foreach (var set in sets)
        {
            Assert.All(set.GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance), constructor =>
                Assert.True(constructor.IsPrivate || constructor.GetParameters() is [var only] && only.ParameterType == set || !set.IsVisible, $"{set.FullName} can be added to"));
            Assert.All(House.Types(set.Assembly).Where(type => type.BaseType == set), type => Assert.True(type.IsSealed && type.DeclaringType == set, $"{type.FullName} stands outside {set.Name}"));
        }
    }

    /// <summary>Because what a caller can cause is a returned value, and what we did wrong deserves a name.</summary>
    [Fact]
    public void NobodyThrows_ABareException()
    {
        foreach (var type in House.Types(House.Product))
            Assert.DoesNotContain(House.Touched(type).OfType<ConstructorInfo>(), made => made.DeclaringType == typeof(Exception) && !typeof(Exception).IsAssignableFrom(type)
                || made.DeclaringType == typeof(ApplicationException) || made.DeclaringType == typeof(SystemException));
    }

    [GeneratedRegex(@"^Tiltas\.Contracts\.[A-Za-z]+\.V(?<v>[0-9]+)$")]
    private static partial Regex Version();
}
