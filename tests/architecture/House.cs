using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using Tiltas.TestKit;

namespace Tiltas.Architecture.Tests;

/// <summary>The house as it is built: its assemblies, its types, what their code touches, its files.</summary>
internal static class House
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    public static readonly Assembly Contracts = typeof(Tiltas.Contracts.AgencyId).Assembly;
    public static readonly Assembly Hosting = typeof(Tiltas.Hosting.Messaging.BusBuilder).Assembly;
    public static readonly Assembly Gateway = Assembly.Load("Tiltas.Gateway");
    public static readonly Assembly[] Services = [.. new[] { "Directory", "Identification", "Referral", "Notification" }.Select(name => Assembly.Load("Tiltas." + name))];
    public static readonly Assembly[] Product = [Contracts, Hosting, Gateway, .. Services];

    /// <summary>Types that somebody wrote; not what the compiler or a generator made.</summary>
    public static IEnumerable<Type> Types(params IEnumerable<Assembly> assemblies) =>
        assemblies.SelectMany(assembly => assembly.GetTypes()).Where(type => !IsMade(type));

    /// <summary>Every type, method and field that the code of a type names, compiler-made inner types included.</summary>
    public static IEnumerable<MemberInfo> Touched(Type type) =>
        Inner(type).SelectMany(one => one.GetFields(All).Select(field => (MemberInfo)field.FieldType)
            .Concat(one.GetInterfaces())
            .Concat(one.GetMethods(All).Cast<MethodBase>().Concat(one.GetConstructors(All)).SelectMany(Touched)));

    public static IEnumerable<MemberInfo> Touched(MethodBase method)
    {
        foreach (var parameter in method.GetParameters()) yield return parameter.ParameterType;
        if (method is MethodInfo { ReturnType: var returned }) yield return returned;
        if (method.GetMethodBody() is not { } body) yield break;
        foreach (var local in body.LocalVariables) yield return local.LocalType;
        foreach (var token in Tokens(body.GetILAsByteArray()!))
            if (Resolve(method, token) is { } member) yield return member;
    }

    /// <summary>The type a member belongs to or is, and the types it is made of.</summary>
    public static IEnumerable<Type> TypesOf(MemberInfo member) => member switch
    {
        Type type => Parts(type),
        MethodInfo { IsGenericMethod: true } generic => Parts(generic.DeclaringType!).Concat(generic.GetGenericArguments().SelectMany(Parts)),
        _ => member.DeclaringType is { } declaring ? Parts(declaring) : [],
    };

    /// <summary>The source and text files of the repository, without what is built or fetched.</summary>
    public static IEnumerable<string> Files(params string[] endings) => Walk(Repository.Root)
        .Where(path => endings.Length == 0 || endings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal)));

    public static string Short(string path) => Path.GetRelativePath(Repository.Root, path);

    private static IEnumerable<string> Walk(string folder)
    {
        foreach (var below in System.IO.Directory.EnumerateDirectories(folder))
            if (Path.GetFileName(below) is not ("artifacts" or "bin" or "obj" or ".git" or ".tiltas" or "TestResults" or "node_modules"))
                foreach (var file in Walk(below)) yield return file;
        foreach (var file in System.IO.Directory.EnumerateFiles(folder))
            if (Path.GetFileName(file) != ".git") yield return file;
    }

    private static IEnumerable<Type> Inner(Type type) =>
        type.GetNestedTypes(All).Where(IsMade).SelectMany(Inner).Prepend(type);

    private static bool IsMade(Type type) => type.IsDefined(typeof(CompilerGeneratedAttribute), false) || type.Name.StartsWith('<')
        || type.IsDefined(typeof(System.CodeDom.Compiler.GeneratedCodeAttribute), false) || type.Namespace is null or { Length: 0 } || type.Namespace.StartsWith("System.", StringComparison.Ordinal)
        || type.Namespace.StartsWith("Microsoft.", StringComparison.Ordinal) || (type.DeclaringType is { } outer && IsMade(outer));

    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!)
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Prepend(type.GetGenericTypeDefinition())
        : [type];

    private static IEnumerable<int> Tokens(byte[] il)
    {
        for (var at = 0; at < il.Length;)
        {
            var code = il[at] == 0xFE ? OpCodes[(short)(0xFE00 | il[at + 1])] : OpCodes[il[at]];
            at += code.Size;
            switch (code.OperandType)
            {
                case OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok:
                    yield return BitConverter.ToInt32(il, at);
                    at += 4;
                    break;
                case OperandType.InlineSwitch:
                    at += 4 + (4 * BitConverter.ToInt32(il, at));
                    break;
                default:
                    at += code.OperandType switch
                    {
                        OperandType.InlineNone => 0,
                        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                        OperandType.InlineVar => 2,
                        OperandType.InlineI8 or OperandType.InlineR => 8,
                        _ => 4,
                    };
                    break;
            }
        }
    }

    private static MemberInfo? Resolve(MethodBase method, int token)
    {
        try
        {
            return method.Module.ResolveMember(token, method.DeclaringType?.GetGenericArguments(), method.IsGenericMethod ? method.GetGenericArguments() : null);
        }
        catch (Exception exception) when (exception is FileNotFoundException or TypeLoadException)
        {
            // A part of a package that is pruned here; nothing of ours.
            return null;
        }
    }
}
