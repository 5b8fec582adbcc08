using System.Text.RegularExpressions;
using System.Reflection;
using MassTransit;
using Tiltas.Hosting.Messaging;

namespace Tiltas.Contracts.Tests;

/// <summary>What holds for every message.</summary>
public sealed partial class CatalogueTests
{
    [GeneratedRegex("^urn:tiltas:([a-z]+):([a-z-]+):v([0-9]+)$")]
    private static partial Regex UrnForm();

    public static TheoryData<Type> All => [.. Wire.Messages];

    [Fact]
    public void Messages_All_HaveATestOfTheirForm()
    {
        var tested = typeof(CatalogueTests).Assembly.GetTypes().SelectMany(type => type.GetMethods())
            .Where(method => method.GetCustomAttribute<FactAttribute>() is not null).Select(method => method.Name.Split('_')[0]).ToHashSet();
        Assert.Empty(Wire.Messages.Select(type => type.Name).Except(tested));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Urn_NamesTheSameAsTheExchangeAndTheType(Type message)
    {
        var parts = UrnForm().Match(MessageCatalogue.UrnOf(message));
        Assert.True(parts.Success);
        var (context, name, version) = (parts.Groups[1].Value, parts.Groups[2].Value, parts.Groups[3].Value);
        Assert.Equal($"tiltas.{context}.v{version}.{name}", message.GetCustomAttribute<EntityNameAttribute>()!.EntityName);
        Assert.Equal(message.Name, string.Concat(name.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..])));
        Assert.EndsWith($".{char.ToUpperInvariant(context[0])}{context[1..]}.V{version}", message.Namespace);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Members_AreReferencesCodesNumbersTimesOrPublicFacts(Type message)
    {
        // Free text is where a name would hide. These few are codes of public data.
        HashSet<string> publicText = ["Municipality", "Competence", "Areas", "Set", "Schema", "ContentHash"];
        foreach (var member in message.GetProperties())
        {
            var type = member.PropertyType;
            type = Nullable.GetUnderlyingType(type) ?? (type.IsArray ? type.GetElementType()! : type);
            if (type == typeof(string)) Assert.Contains(member.Name, publicText);
            else Assert.True(type.IsEnum || type.IsValueType, $"{message.Name}.{member.Name}");
        }
        Assert.True(message.IsSealed);
    }
}
